"""Who has a registry's files: a folder here, a web server in fetch.py."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hub_launch.errors import why
from hub_launch.files import read_bounded


class Unreachable(Exception):
    """No answer, as opposed to a wrong one: a cached copy may stand in."""


class Expired(Exception):
    """What the registry sends is genuine and past its date."""


class Missing(Exception):
    """The registry answers, and does not have the file."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as the registry sent it, and its ETag (empty without one)."""

    data: bytes
    etag: str = ""


class Host(Protocol):
    """Something that has a registry's files."""

    def get(self, path: str, limit: int, etag: str = "") -> Fetched | None:
        """The file at `path` below the registry, or None if it is still the one with that ETag.

        Raises Missing, Unreachable, or HubError for an answer that is neither (more than `limit` bytes, say).
        """
        ...


class FolderHost:
    """A folder: a mounted share, a medium that was carried here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, path: str, limit: int, etag: str = "") -> Fetched | None:
        """See Host."""
        try:
            return Fetched(read_bounded(self._folder / path, limit))
        except FileNotFoundError as error:
            if not self._folder.is_dir():
                raise Unreachable(f"there is no folder {self._folder}") from error
            raise Missing(f"there is no file {self._folder / path}") from error
        except (OSError, ValueError) as error:
            raise Unreachable(f"{self._folder / path} cannot be read: {why(error)}") from error
