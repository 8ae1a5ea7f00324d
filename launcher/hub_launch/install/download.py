"""Fetching one large file by its address, by the rules by which registries are fetched; checked by its hash."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx2

from hub_launch.errors import ExitCode, HubError
from hub_launch.files import is_of_the_disk
from hub_launch.index.fetch import WebHost
from hub_launch.index.host import Fetched, Missing, Unreachable

# Bundles with a browser or a model; what is larger is an image.
MAX_BYTES = 512 * 1024 * 1024
# For the whole of it, on a slow line.
TOTAL_SECONDS = 600


class _File(WebHost):
    """A host that has one file, which is written to disk as it comes."""

    what = "the bundle"

    def __init__(self, address: str, target: Path, seconds: float) -> None:
        super().__init__(address.rpartition("/")[0], seconds=seconds)
        self._target = target

    def _body(self, response: httpx2.Response, limit: int) -> Fetched:
        if response.status_code != httpx2.codes.OK:
            raise Unreachable(f"HTTP {response.status_code}")
        digest = hashlib.sha256()
        with self._target.open("wb") as file:
            for chunk in _bounded(response, limit):
                digest.update(chunk)
                file.write(chunk)
        return Fetched(digest.hexdigest().encode())


def _bounded(response: httpx2.Response, limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > limit:
            raise Unreachable(f"more than {limit:,} bytes")
        yield chunk


def download(
    address: str, sha256: str, target: Path, *, limit: int = MAX_BYTES, seconds: float = TOTAL_SECONDS
) -> None:
    """Write what is at `address` to `target`.

    Raises HubError when it is not to be had, or not what it should be; OSError for a disk that is full or not ours.
    """
    try:
        found = _File(address, target, seconds).get(address.rpartition("/")[2], limit)
    except (Missing, Unreachable, OSError) as error:
        if is_of_the_disk(error):
            raise
        raise HubError(
            f"{address} cannot be fetched: {error}", "is its address right, and the network there?"
        ) from error
    got = found.data.decode() if found else ""
    if got != sha256:
        raise HubError(
            f"{address} is not the bundle that the registry describes: its SHA-256 is {got}, not {sha256}",
            "it may have been tampered with; nothing of it was run",
            ExitCode.REGISTRY,
        )
