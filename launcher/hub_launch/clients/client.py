"""What the launcher knows of a client: where its file is, and how a server stands in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

System = Literal["linux", "macos", "windows"]

Entry = Mapping[str, Any]
"""A server, in the client's words."""


@dataclass(frozen=True, slots=True)
class Home:
    """A user's folders. settings: `~/.config`, `~/Library/Application Support` or `%APPDATA%`.

    environ: some clients let a variable say where their files are.
    """

    system: System
    home: Path
    settings: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def dotted(self) -> Path:
        """The folder for settings of programs that have `~/.config` on macOS, too."""
        return self.home / ".config" if self.system == "macos" else self.settings

    def moved(self, variable: str, usual: Path) -> Path:
        """The folder that the variable names; `usual` if it is not set."""
        return Path(self.environ.get(variable) or usual)


@dataclass(frozen=True, slots=True)
class Client:
    """One editor or assistant.

    section: the keys under which servers stand. stdio: the hub as a command. http: the hub as an address; None for a
    client that has no word for one. user: its file of a user; several where that depends on its version or on how it
    was installed, the newest first. project: its file in a project's folder, if it has such.
    """

    title: str
    form: Literal["json", "toml", "yaml"]
    section: tuple[str, ...]
    user: Callable[[Home], Sequence[Path]]
    stdio: Callable[[str, tuple[str, ...]], Entry]
    http: Callable[[str], Entry] | None = None
    project: str = ""
    source: str = ""
    """Where that is written."""

    def file(self, home: Home) -> Path:
        """Its file of that user: the first that there is, else the first that there could be."""
        places = self.user(home)
        there = [one for one in places if one.is_file()] or [one for one in places if one.parent.is_dir()]
        return there[0] if there else places[0]


def command(program: str, arguments: tuple[str, ...]) -> Entry:
    """As most clients write a command."""
    return {"command": program, "args": list(arguments)}
