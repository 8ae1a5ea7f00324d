"""`hub-launch enable` and `hub-launch disable`: in hub.yaml, and in the running hub."""

import argparse
from pathlib import Path
from typing import Any

from hub_launch.cli.hubs import add_hub, find_hub
from hub_launch.cli.options import add_format
from hub_launch.cli.reload import reload_hub
from hub_launch.cli.run import add_config
from hub_launch.cli.tell import print_outcomes, started_by
from hub_launch.cli.terminal import Terminal
from hub_launch.config.document import read_document
from hub_launch.config.edit import set_enabled
from hub_launch.config.loading import find_file
from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.control.client import Line
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The commands' options."""
    parser.add_argument("ids", nargs="+", metavar="ID", help="servers of hub.yaml, or of the running hub")
    add_config(parser)
    add_hub(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="approve the commands that are shown")
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Do both, as far as there is a file, and a hub. Exit 1 if a server does not come up."""
    enabled = arguments.command == "enable"
    hub = find_hub(arguments, settings)
    status = hub.ask("status") if hub else None
    path = _file(arguments, settings, status)
    written = [name for name in arguments.ids if path and _has(path, name)]
    for name in written:
        changed = set_enabled(path, name, enabled) if path else False
        where = printable(str(path))
        terminal.note(f"{name}: {arguments.command}d in {where}" if changed else f"{name}: so already in {where}")
    others = [name for name in arguments.ids if name not in written]
    if hub is None or status is None:
        if others:
            raise HubError(f"No hub is running, and no hub.yaml has {', '.join(others)}", code=ExitCode.USAGE)
        return print_outcomes({name: {"state": f"{arguments.command}d"} for name in written}, arguments, terminal)
    with hub:
        follows = path is not None and status["config"] == str(path)
        if follows and written:
            reload_hub(hub, settings, terminal, arguments)
        told_by_file = {name: {"state": f"{arguments.command}d"} for name in written} if follows else {}
        became = {name: _tell(hub, name, terminal, enabled=enabled) for name in (others if follows else arguments.ids)}
        return print_outcomes({**told_by_file, **became}, arguments, terminal)


def _tell(hub: Line, name: str, terminal: Terminal, *, enabled: bool) -> Any:
    if enabled:
        return started_by(hub, "start", name, terminal)
    hub.ask("stop", server=name)
    terminal.note(f"{name}: stopped")
    return {"state": "stopped"}


def _file(arguments: argparse.Namespace, settings: Settings, status: Any) -> Path | None:
    """The configuration that is meant: the one that was named, the running hub's, or the one that there is."""
    if not arguments.config and status and status["config"]:
        return Path(status["config"])
    try:
        return find_file(arguments.config, Path.cwd(), settings.config_dir)
    except HubError:
        return None


def _has(path: Path, name: str) -> bool:
    return ("servers", name) in read_document(path).lines
