"""Where clients' files are on this machine, and changing one of them with care."""

import contextlib
import json
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hub_launch.catalog import sha256_hex
from hub_launch.clients.client import Client, Home, System
from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import free_name, read_bounded, rewrite, write_atomic, write_pieces_atomic
from hub_launch.text import printable

# Claude Code keeps more than its settings in its file; larger ones are something else.
MAX_BYTES = 64 * 1024 * 1024

_SYSTEMS: Mapping[str, System] = {"win32": "windows", "darwin": "macos"}


def home_of_user(environ: Mapping[str, str] = os.environ) -> Home:
    """This user's folders."""
    system, home = _SYSTEMS.get(sys.platform, "linux"), Path.home()
    if system == "windows":
        return Home(system, home, Path(environ.get("APPDATA") or home / "AppData/Roaming"), environ)
    if system == "macos":
        return Home(system, home, home / "Library/Application Support", environ)
    return Home(system, home, Path(environ.get("XDG_CONFIG_HOME") or home / ".config"), environ)


@dataclass(frozen=True)
class Target:
    """One client's file, and what is remembered of the hub in it."""

    name: str
    client: Client
    path: Path
    memory: Path
    """A folder for what was added to files, so that just that is taken out again."""

    def read(self) -> str:
        """The file's text; empty if there is none. Raises HubError (exit 2)."""
        try:
            # Line ends as they are.
            return read_bounded(self.path, MAX_BYTES).decode()
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            raise HubError(f"{printable(str(self.path))} cannot be read: {why(error)}", code=ExitCode.USAGE) from error

    def write(self, before: str, text: str) -> Path | None:
        """Put `text` in the place of `before`, with a copy of that; returns where the copy is. Raises HubError.

        What is a link stays one; the file's mode stays what it was. The client may have written to its file while its
        user was asked: nothing of that is lost.
        """
        place = self.path.resolve()
        if self.read() != before:
            raise HubError(f"{printable(str(place))} was changed meanwhile, and is as it was", "try again")
        try:
            if place.exists() and not place.stat().st_mode & stat.S_IWUSR:
                # It could be replaced all the same; who made it so did not mean that.
                raise HubError(f"{printable(str(place))} is read-only, and is as it was", "allow to write to it first")
            backup = _backup(place) if place.exists() else None
        except OSError as error:
            raise _unwritten(place, error) from error
        try:
            rewrite(place, text.encode())
        except OSError as error:
            if backup:
                # Of what is there still.
                with contextlib.suppress(OSError):
                    backup.unlink()
            raise _unwritten(place, error) from error
        return backup

    def added(self) -> str:
        """The piece of text that was added to the file; empty if that is not known."""
        try:
            piece = json.loads(read_bounded(self._record, MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            return ""
        return piece if isinstance(piece, str) else ""

    def remember(self, piece: str) -> None:
        """Remember what was added. Where that is not possible it is found by its place, when it is taken out."""
        with contextlib.suppress(OSError):
            write_atomic(self._record, json.dumps(piece).encode())

    def forget(self) -> None:
        """The hub is not in it any more. What stays remembered would be looked for, and not found."""
        with contextlib.suppress(OSError):
            self._record.unlink(missing_ok=True)

    @property
    def _record(self) -> Path:
        return self.memory / f"{self.name}-{sha256_hex(os.fsencode(self.path.absolute()))[:16]}.json"


def _backup(path: Path) -> Path:
    backup = free_name(path, "backup")
    write_pieces_atomic(backup, (path.read_bytes(),), stat.S_IMODE(path.stat().st_mode))
    return backup


def _unwritten(path: Path, error: OSError) -> HubError:
    return HubError(f"{path} cannot be written: {error.strerror or error}", "it is as it was")
