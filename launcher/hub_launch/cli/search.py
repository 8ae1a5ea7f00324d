"""`hub-launch search`: find servers by words."""

import argparse

from hub_launch.cli.listing import print_found
from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.waiting import open_registries
from hub_launch.errors import ExitCode
from hub_launch.index.registries import BROWSE_SECONDS
from hub_launch.settings import Settings

# More than people read.
DEFAULT_LIMIT = 50


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("words", nargs="+", help="words to look for; all must be found")
    parser.add_argument(
        "--limit",
        type=_count,
        metavar="N",
        default=DEFAULT_LIMIT,
        help="show the best N; 0 for all (default %(default)s)",
    )
    add_registry(parser)
    add_format(parser)


def _count(text: str) -> int:
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number of servers")


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print the servers that fit, best first. Exit 1 when none does."""
    registries = open_registries(settings, terminal, BROWSE_SECONDS)
    total, found = registries.search(arguments.words, arguments.limit or None)
    print_found(found, registries, arguments.format, terminal)
    if not found:
        terminal.note(f"nothing found for {' '.join(arguments.words)}; `hub-launch list` shows everything")
    if total > len(found):
        terminal.note(f"{total - len(found)} more; another word narrows the search, --limit 0 shows all")
    return ExitCode.OK if found else ExitCode.FAILED
