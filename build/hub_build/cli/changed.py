"""`hub-build changed`: the servers that a branch touches, for other commands and for workflows."""

import argparse
import json

from hub_build.changes import Kind, read_branch
from hub_build.cli.folders import registry_folder, registry_option
from hub_build.registry import read_registry
from hub_launch.errors import ExitCode
from hub_launch.text import printable

SUMMARY = "list the servers that a branch touches and that are still there"
EXAMPLES: tuple[str, ...] = (
    "  hub-build changed                                one id a line",
    "  hub-build changed --base origin/main --format json   as a list, for a workflow's matrix",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--base", metavar="REF", help="what to compare with (default: origin/main or main)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how ids are printed")
    registry_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the ids. Nothing is checked."""
    folder = registry_folder(arguments)
    branch = read_branch(folder, read_registry(folder), arguments.base)
    # Of what cannot be read nothing can be started; the check says what is wrong with it.
    ids = [one.id for one in branch.entries if one.kind is not Kind.REMOVED and one.after and one.after.entry]
    print(json.dumps(ids) if arguments.format == "json" else "\n".join(map(printable, ids)))
    return ExitCode.OK
