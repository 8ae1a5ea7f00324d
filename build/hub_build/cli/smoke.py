"""`hub-build smoke`: start entries as users will, and record what they offer."""

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from hub_build.changes import read_branch
from hub_build.cli.folders import registry_folder, registry_option
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.registry import Registry, read_registry, shown

if TYPE_CHECKING:
    from hub_build.smoke.run import Smoked

SUMMARY = "start entries as users will, in a sandbox, and record what they offer"
EXAMPLES: tuple[str, ...] = (
    "  hub-build smoke time memory                      start these two, write registry/recorded/*.json",
    "  hub-build smoke --changed --format markdown      what this branch touches, for the pull request",
    "  hub-build smoke --all --check                    do all still offer what is recorded? writes nothing",
)

# The names of hub_build.smoke.report.FORMATS: looking them up there would load what starts servers.
FORMAT_NAMES = ("text", "json", "github", "markdown")


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="entries to start (default: all that are not withdrawn)")
    parser.add_argument("--all", action="store_true", help="all that are not withdrawn, which is the default")
    parser.add_argument("--changed", action="store_true", help="those that this branch touches")
    parser.add_argument(
        "--base", metavar="REF", help="with --changed, what to compare with (default: origin/main or main)"
    )
    parser.add_argument("--check", "--no-write", action="store_true", dest="check", help=_CHECK)
    parser.add_argument("--strict", action="store_true", help="fail also for what cannot be reached or tried here")
    sandbox_options(parser)
    parser.add_argument("--format", choices=FORMAT_NAMES, default="text", help="of the report (default: text)")
    registry_option(parser)


def sandbox_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that start servers."""
    parser.add_argument("--sandbox", choices=("auto", "require", "off"), default="auto", help=_SANDBOX)
    parser.add_argument("--jobs", type=_positive, metavar="N", help="how many servers at a time (default: 2)")


_CHECK = "write nothing; exit 1 if tools differ from those recorded"
_SANDBOX = "auto: the strongest that works here; require: fail where there is none; off (default: auto)"


def run(arguments: argparse.Namespace) -> int:
    """Start, record, report. Returns 1 if a server does not do what its entry says, whatever became of the others."""
    # Here, and not above: what starts servers takes a second to load, and `check` has no use for it.
    from hub_build.smoke.report import FORMATS
    from hub_build.smoke.write import write_records

    folder = registry_folder(arguments)
    registry = read_registry(folder)
    tests = _tested(registry, _chosen(arguments, registry, folder), arguments)
    files = {source.text("id"): source.loaded.file for source in registry.sources}
    print(FORMATS[arguments.format](tests, files))
    if not arguments.check:
        for path in write_records(folder, tests):
            print(f"written: {shown(path)}", file=sys.stderr)
    wrong = any(
        test.failed or (arguments.strict and test.untested) or (arguments.check and bool(test.changes))
        for test in tests
    )
    return ExitCode.FAILED if wrong else ExitCode.OK


def _chosen(arguments: argparse.Namespace, registry: Registry, folder: Path) -> Sequence[str]:
    known = [source.text("id") for source in registry.sources if source.entry]
    if arguments.changed:
        touched = {change.id for change in read_branch(folder, registry, arguments.base).entries}
        return [id_ for id_ in known if id_ in touched]
    if arguments.all and arguments.ids:
        raise HubError("--all leaves nothing to name", "name entries, or say --all", ExitCode.USAGE)
    if not arguments.ids:
        gone = {source.text("id") for source in registry.sources if source.text("status") == "withdrawn"}
        return [id_ for id_ in known if id_ not in gone and not registry.lists.lists.withdrawal(id_)]
    for id_ in arguments.ids:
        if id_ not in known:
            raise _unknown(id_, registry, known)
    return list(dict.fromkeys(arguments.ids))


def _unknown(id_: str, registry: Registry, known: Sequence[str]) -> HubError:
    if any(source.text("id") == id_ for source in registry.sources):
        return HubError(f"the entry {id_} breaks the schema", "`hub-build check` says how", ExitCode.USAGE)
    close = get_close_matches(id_, known, n=1)
    return HubError(f"there is no entry {id_!r}", f"did you mean {close[0]}?" if close else "", ExitCode.USAGE)


def _tested(registry: Registry, ids: Sequence[str], arguments: argparse.Namespace) -> "list[Smoked]":
    import asyncio

    from hub_build.smoke.progress import Watched
    from hub_build.smoke.run import Smoked, conditions_here, smoke_all
    from hub_build.smoke.workshop import workshop
    from hub_build.smoke.write import before

    conditions = conditions_here(arguments.sandbox, arguments.jobs)
    with workshop(registry) as shop, Watched(sys.stderr, len(ids)) as watched:
        entries = [shop.entries[id_] for id_ in ids]
        records = asyncio.run(smoke_all(entries, shop, conditions, watched.done))
    earlier = before(registry)
    return [Smoked(recorded, earlier.get(recorded.id)) for recorded in records]


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
