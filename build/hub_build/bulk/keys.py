"""By which keys the files of a registry are remembered, as long as they are on the disk what they were.

As git's index does it: a file whose size, times of change and number on the disk are the same is not read.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from hub_launch.files import write_atomic

# Of a few registries that are worked on in turns; each has 1.5 MB for 10,000 entries.
MAX_FILES = 4

# A file that changed so shortly before could change once more without another time: the coarsest disks count in two
# seconds (FAT), and the clock of a network's disk is not ours. Nanoseconds.
UNSURE = 2_000_000_000

_PREFIX = "keys-"
# Enough of a hash to tell folders from one another.
_SHORT = 16

Stat = tuple[int, int, int]


class Keys:
    """The keys of the files of one registry: of `paths` as they are written, seen from the working folder."""

    def __init__(self, memory: Path, folder: str) -> None:
        name = hashlib.sha256(os.fsencode(f"{os.getcwd()}\0{folder}")).hexdigest()[:_SHORT]  # noqa: PTH109
        self.path = memory / f"{_PREFIX}{name}.json"
        self._rows = _read(self.path)
        self._now: dict[str, Stat] = {}
        self._limit = time.time_ns() - UNSURE

    def get(self, path: str) -> str | None:
        """The key of the file at `path`, if it is what it was."""
        try:
            found = os.lstat(path)
        except OSError:
            return None
        # Whoever sets the one time back changes the other.
        stat = found.st_size, max(found.st_mtime_ns, found.st_ctime_ns), found.st_ino
        self._now[path] = stat
        row = self._rows.get(path)
        return row[3] if row and (row[0], row[1], row[2]) == stat else None

    def keep(self, keys: Iterable[tuple[str, str]]) -> None:
        """Remember `keys` by path, and that the files were then as get() found them; forget all others."""
        rows = {
            path: (*self._now[path], key)
            for path, key in keys
            if key and path in self._now and self._now[path][1] < self._limit
        }
        if rows.keys() == self._rows.keys() and all(self._rows[path][3] == row[3] for path, row in rows.items()):
            return
        # On a full or read-only disk the next run takes longer, and that is all.
        with contextlib.suppress(OSError):
            body = json.dumps(rows, separators=(",", ":")).encode()
            write_atomic(self.path, _head(body) + b"\n" + body)
            _remove_oldest(self.path.parent)


def _read(path: Path) -> Mapping[str, tuple[int, int, int, str]]:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    # The hash tells a whole file from one that a full disk, or a hand, changed.
    return json.loads(body) if head == _head(body) else {}


def _head(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _remove_oldest(folder: Path) -> None:
    files = sorted(folder.glob(f"{_PREFIX}*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MAX_FILES:]:
        path.unlink(missing_ok=True)
