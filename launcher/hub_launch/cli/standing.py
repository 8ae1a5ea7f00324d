"""How servers stand with this user: in hub.yaml or not, running or not."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hub_launch.cli.terminal import Terminal
from hub_launch.config.loading import Configuration, find_file, load
from hub_launch.config.models import ServerPart
from hub_launch.errors import HubError
from hub_launch.hub.control.client import HubGone, Line
from hub_launch.hub.control.places import UNSUPPORTED, sockets
from hub_launch.settings import Settings
from hub_launch.text import command_line


@dataclass(frozen=True)
class Standing:
    """running: the states of servers of all hubs of this user. configured: id -> whether it is enabled.

    own: the user's own servers of hub.yaml, each with what it is.
    """

    running: Mapping[str, str]
    configured: Mapping[str, bool]
    own: Mapping[str, str]

    def of(self, server: str) -> str:
        """In a word: its state if it is in a running hub, else whether hub.yaml has it; empty for neither."""
        if server in self.running:
            return self.running[server]
        if server not in self.configured:
            return ""
        return "in hub.yaml" if self.configured[server] else "disabled"


def standing_of(given: Path | None, settings: Settings, terminal: Terminal) -> Standing:
    """How things are now. given: the configuration that was named; else the one that there is, if there is one."""
    configuration = _configuration(given, settings, terminal)
    servers = configuration.config.servers if configuration else {}
    # A server whose variables have no value is known by its name alone.
    own = {name: part.url or _command(part) for name, part in servers.items() if part.own}
    return Standing(_running(settings), {name: part.enabled for name, part in servers.items()}, own)


def _command(part: ServerPart) -> str:
    return command_line([part.command or "", *part.args])


def _configuration(given: Path | None, settings: Settings, terminal: Terminal) -> Configuration | None:
    try:
        path = find_file(given, Path.cwd(), settings.config_dir)
    except HubError:
        return None
    try:
        return load(path, os.environ)
    except HubError as error:
        if given:
            raise
        terminal.note(f"note: {error.message}")
        return None


def _running(settings: Settings) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in [] if UNSUPPORTED else sockets(settings.control_dir):
        try:
            with Line(path) as hub:
                found.update({one["id"]: one["state"] for one in hub.ask("status")["servers"]})
        except HubGone:
            # Ended since.
            continue
    return found
