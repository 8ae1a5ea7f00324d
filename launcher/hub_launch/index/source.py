"""Where a registry's bytes come from: a folder or an HTTP address."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from hub_launch.catalog import sha256_hex
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded
from hub_launch.settings import Settings

# 100,000 rows of some 400 bytes each are 40 MB; more than half as much again is not an index.
MAX_INDEX_BYTES = 64 * 1024 * 1024
# The compiler accepts entries up to 64 KiB of YAML and descriptions of APIs up to 4 MiB.
MAX_ENTRY_BYTES = 256 * 1024
MAX_SPEC_BYTES = 8 * 1024 * 1024


class Source(Protocol):
    """Something that has a registry's files."""

    location: str

    def index(self, accept: Callable[[bytes], None]) -> str:
        """Give `index.json` to `accept`, which raises HubError if it is no index.

        Returns a notice for the user (a cached copy was used, say), or an empty string.
        """
        ...

    def document(self, path: str, limit: int, sha256: str) -> bytes:
        """The immutable file at `path` below the registry, its hash checked."""
        ...

    def local_path(self, path: str, limit: int, sha256: str) -> Path:
        """A file on this machine with the same bytes as `document`."""
        ...


class FolderSource:
    """A built registry in a folder: a checkout's `site/`, a mounted share."""

    def __init__(self, folder: Path) -> None:
        self.location = str(folder)
        self._folder = folder

    def index(self, accept: Callable[[bytes], None]) -> str:
        """See Source."""
        if not self._folder.is_dir():
            raise HubError(
                f"The registry folder {self.location} does not exist",
                "in a checkout, `hub-build site` makes it; elsewhere name one with --registry",
                ExitCode.REGISTRY,
            )
        accept(self._read("index.json", MAX_INDEX_BYTES))
        return ""

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
                f"The registry's {path} in {self.location} cannot be read: {error}",
                "is this the folder that `hub-build site` wrote?",
                ExitCode.REGISTRY,
            ) from error


def check_hash(data: bytes, sha256: str, where: str) -> None:
    """Raise HubError unless `data` has that hash."""
    actual = sha256_hex(data)
    if actual != sha256:
        raise HubError(
            f"{where} is not what the index promises (sha256 {actual[:12]}…, expected {sha256[:12]}…)",
            "the registry is being updated or was tampered with; try again, then tell its operator",
            ExitCode.REGISTRY,
        )


def open_source(settings: Settings) -> Source:
    """The source for `settings.registry`. Raises HubError for an address of a kind we do not read."""
    location = settings.registry
    try:
        parts = urlsplit(location)
    except ValueError as error:
        raise HubError(f"--registry {location} is no address: {error}", code=ExitCode.USAGE) from error
    if parts.scheme in ("http", "https"):
        # Here, so that a registry in a folder is read without loading an HTTP client (80 ms).
        from hub_launch.index.http import HttpSource

        return HttpSource(location, settings.cache_dir)
    if parts.scheme == "file":
        return FolderSource(Path(url2pathname(parts.path)))
    if "://" in location:
        raise HubError(
            f"--registry {location}: addresses of kind {parts.scheme}:// are not supported",
            "use a folder, file://, https:// or http://",
            ExitCode.USAGE,
        )
    # Absolute, since it is also told to programs that run in another folder.
    return FolderSource(Path(location).expanduser().absolute())
