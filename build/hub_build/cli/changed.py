"""`hub-build changed`: the servers that a branch touches, for other commands and for workflows."""

import argparse
import json
import sys

from hub_build.changes import Kind, read_branch
from hub_build.cli.folders import registry_folder, registry_option
from hub_launch.errors import ExitCode
from hub_launch.judge.registry import read_registry
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
    parser.add_argument("--limit", type=int, metavar="N", help="at most so many: a workflow's matrix takes 256")
    registry_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the ids. Nothing is checked."""
    folder = registry_folder(arguments)
    branch = read_branch(folder, read_registry(folder), arguments.base)
    # Of what cannot be read nothing can be started; the check says what is wrong with it.
    ids = [one.id for one in branch.entries if one.kind is not Kind.REMOVED and one.after and one.after.entry]
    left_out = ids[arguments.limit :] if arguments.limit is not None else []
    if left_out:
        print(f"{len(left_out)} of {len(ids)} servers are left out", file=sys.stderr)
    shown = ids[: arguments.limit]
    print(json.dumps(shown) if arguments.format == "json" else "\n".join(map(printable, shown)))
    return ExitCode.OK
