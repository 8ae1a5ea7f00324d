"""`hub-build bump`: newer versions of servers, started and compared before they are written."""

import argparse
import sys
from collections.abc import Sequence

from hub_build.cli.folders import registry_folder, registry_option
from hub_build.cli.smoke import sandbox_options
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.registry import Registry, Source, read_registry, shown
from hub_launch.parsing import did_you_mean

SUMMARY = "look for newer versions, start them, and write those that work"
EXAMPLES: tuple[str, ...] = (
    "  hub-build bump                                   every server that follows npm or PyPI",
    "  hub-build bump time --dry-run                    what would become of this one? writes nothing",
)
NOTES = (
    "A newer version is trivial if its tools and instructions are those on record, its smoke test passes, and its\n"
    "waiting period is over; another needs a person. One that does not start, or that upstream took back, is held.\n"
    "Exit codes: 0 looked (whatever was found), 1 nothing could be looked up, 2 wrong use, 3 no registry."
)

# The names of hub_build.bump.report.FORMATS; see cli/smoke.py.
FORMAT_NAMES = ("text", "json", "markdown")


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="servers (default: all that follow a package registry)")
    parser.add_argument("--dry-run", action="store_true", help="write nothing; packages are started all the same")
    parser.add_argument("--format", choices=FORMAT_NAMES, default="text", help="of the report (default: text)")
    sandbox_options(parser)
    registry_option(parser)
    parser.epilog = f"{NOTES}\n\n{parser.epilog}"


def run(arguments: argparse.Namespace) -> int:
    """Look, start, judge, write, report. Returns 1 if there was something to look up and nothing could be."""
    # Here, and not above: see cli/smoke.py.
    from hub_build.bump.report import FORMATS
    from hub_build.bump.run import bump_all, write_bumps
    from hub_build.smoke.progress import Watched
    from hub_build.smoke.run import conditions_here

    folder = registry_folder(arguments)
    registry = read_registry(folder)
    sources = _chosen(registry, arguments.ids)
    with Watched(sys.stderr) as watched:
        bumps = bump_all(registry, sources, conditions_here(arguments.sandbox, arguments.jobs), watched.done)
    if not arguments.dry_run:
        for path in write_bumps(folder, registry, bumps):
            print(f"written: {shown(path)}", file=sys.stderr)
    print(FORMATS[arguments.format](bumps))
    blind = bool(bumps) and all(bump.status == "failed" for bump in bumps)
    return ExitCode.FAILED if blind else ExitCode.OK


def _chosen(registry: Registry, ids: Sequence[str]) -> list[Source]:
    sources = {source.text("id"): source for source in registry.sources if source.entry}
    for id_ in ids:
        if id_ not in sources:
            near = did_you_mean(id_, sources)
            hint = f"{near}`hub-build check` says which cannot be read"
            raise HubError(f"there is no entry {id_!r} that can be read", hint, ExitCode.USAGE)
    if ids:
        return [sources[id_] for id_ in dict.fromkeys(ids)]
    withdrawn = registry.lists.lists.withdrawal
    return [source for id_, source in sources.items() if _follows(source) and not withdrawn(id_)]


def _follows(source: Source) -> bool:
    entry = source.entry
    return bool(entry and entry.update and entry.update.from_ != "none" and entry.status != "withdrawn")
