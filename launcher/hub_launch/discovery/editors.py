"""Servers in the files of editors and assistants, which are only read."""

import shlex
from pathlib import Path

from hub_launch.clients.client import Home
from hub_launch.clients.reading import INSIDE, Listed, files_of, servers_in
from hub_launch.discovery.found import Discovered, Outcome
from hub_launch.errors import HubError
from hub_launch.text import command_line


def find(home: Home, folder: Path) -> Outcome:
    """The servers of every client of this user, and of the project in `folder`."""
    found: list[Discovered] = []
    notes: list[str] = []
    for title, path in files_of(home, folder):
        try:
            listed = servers_in(path)
        except HubError as error:
            notes.append(f"{title}: {error.message}")
            continue
        found += [_discovered(title, path, one) for one in listed if not one.problem]
        notes += [
            f"{title}: {one.name} in {path} is left out: {one.problem}"
            for one in listed
            if one.problem and one.problem != INSIDE
        ]
    return Outcome(tuple(found), tuple(notes))


def described(listed: Listed) -> str:
    """How it is started, without the values of its environment."""
    server = listed.server
    if "url" in server:
        return str(server["url"])
    return command_line([server["command"], *server.get("args", ())])


def _discovered(title: str, path: Path, listed: Listed) -> Discovered:
    add = f"hub-launch import {shlex.quote(str(path))} {shlex.quote(listed.id if listed.project else listed.name)}"
    where = f"{title}: {path}" + (f", for {listed.project}" if listed.project else "")
    return Discovered("editor", listed.id, where, described(listed), add, listed.server, listed.missing)
