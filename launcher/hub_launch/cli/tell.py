"""`hub-launch restart`: for servers of a running hub."""

import argparse
from collections.abc import Mapping
from typing import Any

from hub_launch.cli.hubs import add_hub, open_hub
from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.waiting import waiting
from hub_launch.errors import ExitCode
from hub_launch.hub.control.client import Line
from hub_launch.settings import Settings
from hub_launch.text import counted, printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("ids", nargs="+", metavar="ID", help="servers of the running hub")
    add_hub(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Have it done, one server after the other. Exit 1 if one does not come up."""
    with open_hub(arguments, settings) as hub:
        became = {name: started_by(hub, "restart", name, terminal) for name in arguments.ids}
        return print_outcomes(became, arguments, terminal)


def started_by(hub: Line, what: str, name: str, terminal: Terminal, **about: Any) -> Any:
    """Have the hub start a server by one of its commands, say how that went, and return it."""
    with waiting(terminal, f"starting {name}"):
        became = hub.ask(what, **(about or {"server": name}))
    why = "; ".join(printable(str(became[word])) for word in ("reason", "hint") if became[word])
    tools = f", {counted(became['tools'], 'tool')}" if became["state"] == "ready" else ""
    terminal.note(f"{name}: {became['state']}{tools}" + (f": {why}" if why else ""))
    return became


def print_outcomes(became: Mapping[str, Any], arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """What became of servers, for programs. Exit 1 if a start of one went wrong."""
    if arguments.format == "json":
        terminal.json([{"server": name, **one} for name, one in became.items()])
    return ExitCode.FAILED if any(one["state"] == "failed" for one in became.values()) else ExitCode.OK
