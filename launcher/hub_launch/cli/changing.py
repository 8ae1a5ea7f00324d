"""Servers of the user's own written into hub.yaml, after they were shown and agreed to."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hub_launch.cli.terminal import Terminal
from hub_launch.config.edit import with_server, write_changed
from hub_launch.config.loading import find_file
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import write_atomic
from hub_launch.text import command_line, printable

NO_FILES: Mapping[Path, bytes] = {}


def place_for(given: Path | None, *folders: Path) -> Path:
    """The configuration to write to: the one that there is, or a new hub.yaml in the first folder."""
    try:
        return find_file(given, *folders)
    except HubError:
        return folders[0] / "hub.yaml"


def add_servers(
    path: Path,
    servers: Mapping[str, Mapping[str, Any]],
    terminal: Terminal,
    argv: Sequence[str],
    *,
    approved: bool,
    files: Mapping[Path, bytes] = NO_FILES,
) -> None:
    """Show what would stand there, ask, and write. Raises HubError: exit 4 if the user does not agree.

    files: what is written with them, unless there is something else.
    """
    for one, data in files.items():
        if one.exists() and one.read_bytes() != data:
            raise HubError(f"{one} is there already, and is something else", "move it away", ExitCode.USAGE)
    text = path.read_bytes().decode() if path.exists() else ""
    for name, part in servers.items():
        text = with_server(path, text, name, part)
    terminal.note(f"into {printable(str(path))}:")
    for name, part in servers.items():
        for line in lines_of(name, part):
            terminal.note(f"  {line}")
    agree_to_change(terminal, argv, approved=approved)
    try:
        for one, data in files.items():
            write_atomic(one, data)
    except OSError as error:
        raise HubError(f"{one} cannot be written: {error.strerror or error}", f"{path} is as it was") from error
    write_changed(path, text)
    terminal.note(f"{', '.join(servers)}: written; `hub-launch run` shows what would run, and asks")


def agree_to_change(terminal: Terminal, argv: Sequence[str], *, approved: bool) -> None:
    """Return if the user agrees to what was shown. Raises HubError (exit 4)."""
    if approved:
        return
    terminal.require_yes(
        "Change the file? [y/N] ",
        nobody="Nobody is there to agree to this change",
        hint=f"to agree to it: `hub-launch {shlex.join(argv)} --yes`",
        refused="Nothing was changed",
    )


def lines_of(name: str, part: Mapping[str, Any]) -> list[str]:
    """A server as it would run, and the names of what it is given."""
    if "url" in part:
        lines = [f"{name}: {printable(part['url'])}"]
    else:
        lines = [f"{name}: {command_line([part['command'], *part.get('args', ())])}"]
    given = [*part.get("env", ()), *part.get("headers", ())]
    off = ["  disabled, as it was there"] if part.get("enabled") is False else []
    return [*lines, *([f"  with {', '.join(map(printable, given))}"] if given else []), *off]
