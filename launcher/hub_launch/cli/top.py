"""`hub-launch top`: the servers of a running hub, and what they do now."""

import argparse
import time
from collections.abc import Callable, Mapping
from typing import Any

from hub_launch.cli.board import STYLES
from hub_launch.cli.hubs import add_hub, open_hub
from hub_launch.cli.options import add_format
from hub_launch.cli.status import COLUMNS, about, rows
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.control.client import HubGone, Line
from hub_launch.run.state import State
from hub_launch.settings import Settings

# Each look reads the machine's processes, some milliseconds of the hub's time.
EVERY_SECONDS = 1.0

_RIGHT = ("tools", "calls", "now", "median", "restarts", "memory")


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_hub(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Show it until Ctrl-C, or until the hub ends."""
    if arguments.format != "json" and not terminal.out.isatty():
        hint = "`hub-launch status` is for scripts, as is --format json"
        raise HubError("`hub-launch top` needs a terminal", hint, ExitCode.USAGE)
    with open_hub(arguments, settings) as hub:
        try:
            (follow if arguments.format == "json" else show)(hub, terminal, time.sleep)
        except KeyboardInterrupt:
            return ExitCode.OK
        except HubGone:
            terminal.note("The hub ended.")
    return ExitCode.OK


def follow(hub: Line, terminal: Terminal, sleep: Callable[[float], None]) -> None:
    """Print the hub's status on a line, again and again. Raises HubGone when it ends."""
    while True:
        terminal.line(hub.ask("status"))
        sleep(EVERY_SECONDS)


def show(hub: Line, terminal: Terminal, sleep: Callable[[float], None]) -> None:
    """Show the hub's servers, again and again. Raises HubGone when it ends."""
    from rich.console import Console
    from rich.live import Live

    status = hub.ask("status")
    with Live(_table(status), console=Console(file=terminal.out), screen=True, auto_refresh=False) as live:
        while True:
            live.update(_table(status), refresh=True)
            sleep(EVERY_SECONDS)
            status = hub.ask("status")


def _table(status: Mapping[str, Any]) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=Text(about(status)), title_justify="left", expand=True)
    for name in COLUMNS:
        table.add_column(name, justify="right" if name in _RIGHT else "left", no_wrap=name != "")
    for server, state, *rest in rows(status):
        # Text and not markup: a reason may contain brackets.
        table.add_row(Text(server, style="bold"), Text(state, style=STYLES[State(state)]), *map(Text, rest))
    return table
