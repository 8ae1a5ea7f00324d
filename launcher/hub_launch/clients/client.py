"""What the launcher knows of a client: where its file is, and how a server stands in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

System = Literal["linux", "macos", "windows"]

Entry = Mapping[str, Any]
"""A server, in the client's words."""


@dataclass(frozen=True, slots=True)
class Home:
    """A user's folders. settings: `~/.config`, `~/Library/Application Support` or `%APPDATA%`."""

    system: System
    home: Path
    settings: Path


@dataclass(frozen=True, slots=True)
class Client:
    """One editor or assistant.

    section: the keys under which servers stand. stdio: the hub as a command. http: the hub as an address; None for a
    client that has no word for one. user, project: its file of a user, and of a project's folder if it has such.
    """

    title: str
    form: Literal["json", "toml", "yaml"]
    section: tuple[str, ...]
    user: Callable[[Home], Path]
    stdio: Callable[[str, tuple[str, ...]], Entry]
    http: Callable[[str], Entry] | None = None
    project: str = ""
    source: str = ""
    """Where that is written."""


def command(program: str, arguments: tuple[str, ...]) -> Entry:
    """As most clients write a command."""
    return {"command": program, "args": list(arguments)}
