"""Options that say which tools clients are offered, and how."""

import argparse
from collections.abc import Mapping, Set

from hub_launch.run.selection import MODES, TOOLS_OVER, Selection, check_servers, selection_of


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Which tools are offered, and how."""
    parser.add_argument(
        "--only",
        metavar="PATTERN",
        action="append",
        default=[],
        help="offer these tools alone: <id>.<tool> with * for anything, or tag:<tag>; again for more",
    )
    parser.add_argument(
        "--hide", metavar="PATTERN", action="append", default=[], help="do not offer these tools, to nobody"
    )
    parser.add_argument(
        "--rename",
        metavar="ID.TOOL=NAME",
        action="append",
        default=[],
        help="call a tool <id>_NAME where all servers' tools are together",
    )
    parser.add_argument(
        "--tools",
        choices=MODES,
        default="auto",
        help="offer all tools, or three that search and call the others, or whichever suits their number (default)",
    )
    parser.add_argument(
        "--tools-over",
        type=_number,
        default=TOOLS_OVER,
        metavar="N",
        help="with more tools than this they are searched (default %(default)s)",
    )


def _number(text: str) -> int:
    if text.isascii() and text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number of tools")


def parse_selection(arguments: argparse.Namespace, servers: Mapping[str, Set[str]]) -> Selection:
    """What the command line says of the tools of these servers, given with their tags. Raises HubError (exit 2)."""
    selection = selection_of(arguments.only, arguments.hide, arguments.rename, arguments.tools, arguments.tools_over)
    check_servers(selection, servers)
    return selection
