"""Where a registry's bytes come from, and what reading one gives."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from hub_launch.catalog import sha256_hex
from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import read_bounded
from hub_launch.index.contents import Contents, Listed, parse_index

# 100,000 rows of some 400 bytes each are 40 MB; more than half as much again is not an index.
MAX_INDEX_BYTES = 64 * 1024 * 1024
# The compiler accepts entries up to 64 KiB of YAML and descriptions of APIs up to 4 MiB.
MAX_ENTRY_BYTES = 256 * 1024
MAX_SPEC_BYTES = 8 * 1024 * 1024
# What the compiler accepts; the largest server that is known has 200 kB of definitions.
MAX_RECORDED_BYTES = 4 * 1024 * 1024


class StaleReason(StrEnum):
    """Why an index may not be what its publisher says today."""

    UNREACHABLE = "unreachable"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Stale:
    """An index that was good when it was last confirmed, `age` seconds ago."""

    reason: StaleReason
    age: float


@dataclass(frozen=True, slots=True)
class Reading:
    """An index that was read. stale: None if the registry confirmed it now. notices: what the user should know."""

    contents: Contents
    stale: Stale | None = None
    notices: tuple[str, ...] = ()


class Source(Protocol):
    """Something that has a registry's files."""

    location: str

    def read(self, max_age: float = 0) -> Reading:
        """The index. Raises HubError (exit 3) if there is none, or none that may be trusted.

        max_age: a copy that was confirmed so many seconds ago or less will do, without asking.
        """
        ...

    def document(self, path: str, limit: int, sha256: str) -> bytes:
        """The immutable file at `path` below the registry, its hash checked."""
        ...

    def local_path(self, path: str, limit: int, sha256: str) -> Path:
        """A file on this machine with the same bytes as `document`."""
        ...


class FolderSource:
    """A built registry in a folder that nobody signed: a checkout's `site/`, say."""

    def __init__(self, folder: Path, notices: tuple[str, ...] = ()) -> None:
        self.location = str(folder)
        self._folder = folder
        self._notices = notices

    def read(self, max_age: float = 0) -> Reading:
        """See Source."""
        if not self._folder.is_dir():
            raise HubError(
                f"The registry folder {self.location} does not exist",
                "in a checkout, `hub-build site` makes it; elsewhere name one with --registry",
                ExitCode.REGISTRY,
            )
        index = parse_index(self._read("index.json", MAX_INDEX_BYTES), self.location)
        return Reading(Listed(index), notices=self._notices)

    def document(self, path: str, limit: int, sha256: str) -> bytes:
        """See Source."""
        data = self._read(path, limit)
        check_hash(data, sha256, f"{self.location}/{path}")
        return data

    def local_path(self, path: str, limit: int, sha256: str) -> Path:
        """See Source."""
        self.document(path, limit, sha256)
        return (self._folder / path).absolute()

    def _read(self, path: str, limit: int) -> bytes:
        try:
            return read_bounded(self._folder / path, limit)
        except (OSError, ValueError) as error:
            raise HubError(
                f"The registry's {path} in {self.location} cannot be read: {why(error)}",
                self._advice(),
                ExitCode.REGISTRY,
            ) from error

    def _advice(self) -> str:
        if (self._folder / "servers").is_dir() and not (self._folder / "v0").exists():
            return "these are the sources of a registry: `hub-build site` compiles them, and `site` is what is read"
        return "is this the folder that `hub-build site` wrote?"


def check_hash(data: bytes, sha256: str, where: str) -> None:
    """Raise HubError unless `data` has that hash."""
    actual = sha256_hex(data)
    if actual != sha256:
        raise HubError(
            f"{where} is not what the index promises (sha256 {actual[:12]}…, expected {sha256[:12]}…)",
            "the registry is being updated or was tampered with; try again, then tell its operator",
            ExitCode.REGISTRY,
        )
