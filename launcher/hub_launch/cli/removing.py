"""`hub-launch remove`: takes a server out of a running hub, and out of hub.yaml."""

import argparse
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hub_launch.cli.hubs import add_hub, find_hub
from hub_launch.cli.options import add_format
from hub_launch.cli.reload import reload_hub
from hub_launch.cli.saving import add_saving, file_to_write, without_servers, write_shown
from hub_launch.cli.tell import print_outcomes
from hub_launch.cli.terminal import Terminal
from hub_launch.config.document import read_document
from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.control.client import Line
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("ids", nargs="+", metavar="ID", help="servers of the running hub, or of hub.yaml")
    add_saving(parser)
    add_hub(parser)
    add_format(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="approve what else has changed in hub.yaml")


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Write it, and have it done. Exit 2 for a server that is in neither."""
    hub = find_hub(arguments, settings)
    with hub or contextlib.nullcontext():
        return _run(hub, arguments, settings, terminal)


def _run(hub: Line | None, arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    status = hub.ask("status") if hub else None
    path = file_to_write(arguments, settings, status)
    lines = read_document(path).lines if path and path.exists() else {}
    written = [name for name in arguments.ids if ("servers", name) in lines]
    others = [name for name in arguments.ids if name not in written]
    if hub is None and others:
        raise HubError(f"No hub is running, and no hub.yaml has {', '.join(others)}", code=ExitCode.USAGE)
    if path and written:
        write_shown(path, *without_servers(path, written), terminal)
    if hub is not None and status is not None:
        _take_out(hub, status, path, written, settings, terminal, arguments)
    return print_outcomes({name: {"state": "removed"} for name in arguments.ids}, arguments, terminal)


def _take_out(
    hub: Line,
    status: Any,
    path: Path | None,
    written: Sequence[str],
    settings: Settings,
    terminal: Terminal,
    arguments: argparse.Namespace,
) -> None:
    if path and written and status["config"] == str(path):
        reload_hub(hub, settings, terminal, arguments)
    there = {row["id"] for row in hub.ask("status")["servers"]}
    # Of those in a file that this hub does not follow, it may have none.
    for name in [one for one in arguments.ids if one in there or one not in written]:
        hub.ask("remove", server=name)
        as_it_was = status["config"] and name not in written
        terminal.note(f"{name}: removed" + (f"; {_name(status['config'])} is as it was" if as_it_was else ""))


def _name(config: str) -> str:
    return printable(Path(config).name)
