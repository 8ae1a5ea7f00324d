"""What the files of a site were when their content was known last, so that most need not be read to be compared.

As git's index does it: a file whose size, time of change and number on the disk are what they were has the content that
it had. Kept in the user's cache folder and not in the site, which is the same bytes on every machine; without it, and
where anything differs, files are read.
"""

import contextlib
import hashlib
import os
import struct
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_cache_path

from hub_build.write.disk import Stat
from hub_build.write.manifest import MANIFEST
from hub_launch.files import write_atomic

# Of a few sites that are built in turns; each has 10 MB for 10,000 servers.
MAX_FILES = 4

_PREFIX = "site-"
# Of a later form of this file nothing is understood: it is forgotten, and the site is read.
_FORM = b"1"
# Size, time of change in nanoseconds, number on the disk, and the hash of the content.
_ROW = struct.Struct("<qqQ16s")
# Enough of a hash to tell the folders of a machine from one another.
_SHORT = 16

Row = tuple[int, int, int, bytes]


class Stamps:
    """The stamps of the site in one folder. What cannot be read is forgotten, and what cannot be kept is not."""

    def __init__(self, memory: Path, site: Path) -> None:
        self.site = site
        name = hashlib.sha256(os.fsencode(site.absolute())).hexdigest()[:_SHORT]
        self.path = memory / f"{_PREFIX}{name}.stamps"
        self._rows: dict[str, Row] = _read(self.path)
        self._digests: dict[bytes, bytes] = {}
        self._changed = False

    def fits(self, path: str, stat: Stat, data: bytes) -> bool:
        """Whether the file at `path`, which is `stat` on the disk, is known to contain `data`."""
        return self._rows.get(path) == self._row(stat, data)

    def take(self, stats: Mapping[str, Stat], files: Mapping[str, bytes]) -> None:
        """Remember that the files of `stats`, which are so on the disk, contain what `files` say."""
        self._rows |= {path: self._row(stat, files[path]) for path, stat in stats.items()}
        self._changed = True

    def keep(self, paths: Mapping[str, bytes]) -> None:
        """Write what is remembered of `paths`, if any of it is new."""
        # Of a file that changed in the moment in which the manifest was written, or after it, the time does not tell
        # whether it changed once more in that moment.
        limit = (self.site / MANIFEST).stat().st_mtime_ns
        rows = {path: row for path in paths if (row := self._rows.get(path)) and row[1] < limit}
        if self._changed:
            # On a full or read-only disk the next run takes longer, and that is all.
            with contextlib.suppress(OSError):
                write_atomic(self.path, _bytes(rows))
                _remove_oldest(self.path.parent)

    def _row(self, stat: Stat, data: bytes) -> Row:
        digest = self._digests.get(data)
        if digest is None:
            digest = self._digests[data] = hashlib.sha256(data).digest()[: _ROW.size - 24]
        return *stat, digest


def default_stamps(site: Path) -> Stamps:
    """Those in HUB_BUILD_CACHE_DIR, else in the user's cache folder."""
    folder = os.environ.get("HUB_BUILD_CACHE_DIR") or user_cache_path("hub-build", appauthor=False)
    return Stamps(Path(folder), site)


def _read(path: Path) -> dict[str, Row]:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    # The hash tells a whole file from one that a full disk, or a hand, changed.
    if head != _head(body):
        return {}
    count = int.from_bytes(body[:8], "little")
    end = 8 + count * _ROW.size
    return dict(zip(body[end:].decode().split("\n"), _ROW.iter_unpack(body[8:end]), strict=False))


def _bytes(rows: Mapping[str, Row]) -> bytes:
    packed = b"".join(_ROW.pack(*row) for row in rows.values())
    body = len(rows).to_bytes(8, "little") + packed + "\n".join(rows).encode()
    return _head(body) + b"\n" + body


def _head(body: bytes) -> bytes:
    return _FORM + b" " + hashlib.sha256(body).hexdigest().encode()


def _remove_oldest(folder: Path) -> None:
    files = sorted(folder.glob(f"{_PREFIX}*.stamps"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MAX_FILES:]:
        path.unlink(missing_ok=True)
