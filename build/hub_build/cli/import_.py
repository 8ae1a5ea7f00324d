"""`hub-build import`: servers of other registries and editors as entries of this one."""

import argparse
import re
from pathlib import Path

from hub_build.cli.folders import registry_folder, registry_option
from hub_build.cli.import_report import REPORTS
from hub_build.convert import FORMATS, Defaults
from hub_build.convert.run import Run, gathered
from hub_build.convert.store import Store, Wishes
from hub_launch.errors import ExitCode, HubError

SUMMARY = "turn servers of other registries, or of an editor, into entries; say what was lost, guessed or is missing"
EXAMPLES: tuple[str, ...] = (
    "  hub-build import server.json --license MIT --maintainer you --category data --published 2026-11-21",
    "  hub-build import other-registry/servers --from docker --dry-run",
)

AUTO = "auto"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "path", type=Path, metavar="FILE_OR_FOLDER", help="a file of servers, or a folder of such files"
    )
    parser.add_argument(
        "--from",
        dest="form",
        choices=(AUTO, *FORMATS),
        default=AUTO,
        help="the form of the files (default: %(default)s)",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="where to write <id>.yaml (default: servers/ of the registry)"
    )
    registry_option(parser)
    parser.add_argument("--replace", action="store_true", help="write over entries of the same server")
    parser.add_argument(
        "--drafts", action="store_true", help="write also entries that lack a fact or fail a check, to be completed"
    )
    parser.add_argument("--versions", action="store_true", help="write earlier versions too, to versions/ beside DIR")
    parser.add_argument("--dry-run", action="store_true", help="write nothing; say what would happen")
    parser.add_argument("--format", choices=REPORTS, default="text", help="how the report is printed (default: text)")
    facts = parser.add_argument_group("facts", "used for servers whose source does not say")
    facts.add_argument("--license", default="", metavar="SPDX", help="the licence of the servers")
    facts.add_argument("--maintainer", action="append", default=[], metavar="LOGIN", help="a GitHub login; may repeat")
    facts.add_argument("--category", action="append", default=[], metavar="NAME", help="a category; may repeat")
    facts.add_argument("--published", default="", metavar="DAY", help="the day of the entries, as 2026-11-21")
    facts.add_argument("--entry-version", default="", metavar="VERSION", help="the version of the servers")


def run(arguments: argparse.Namespace) -> int:
    """Read, convert, check, write, report. Returns 1 if there is nothing to write."""
    output = arguments.output or registry_folder(arguments) / "servers"
    if arguments.published and not _DAY.fullmatch(arguments.published):
        raise HubError(
            f"--published {arguments.published} is no day", "write it as year-month-day: 2026-11-21", ExitCode.USAGE
        )
    defaults = Defaults(
        arguments.license,
        tuple(arguments.maintainer),
        tuple(arguments.category),
        arguments.published,
        arguments.entry_version,
    )
    store = Store.of(output)
    found = gathered(arguments.path, "" if arguments.form == AUTO else arguments.form, defaults, store.ids())
    outcomes = store.judged(found.servers, Wishes(arguments.replace, arguments.drafts, arguments.versions))
    result = Run(found.files, outcomes, found.unread)
    if not arguments.dry_run:
        store.write(result.outcomes)
    print(REPORTS[arguments.format](result, dry_run=arguments.dry_run))
    return ExitCode.OK if any(one.to_write for one in result.outcomes) else ExitCode.FAILED
