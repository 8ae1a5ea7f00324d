"""What the parts of a site were when they were known last, so that most need not be made and read to be compared.

As git's index does it: a file whose size, time of change and number on the disk are what they were has the content that
it had. Kept in the user's cache folder and not in the site, which is the same bytes on every machine; without it, and
where anything differs, files are made and read.
"""

import contextlib
import hashlib
import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_cache_path

from hub_build.write import disk
from hub_build.write.disk import Stat
from hub_build.write.manifest import MANIFEST
from hub_build.write.part import Part
from hub_launch.files import write_atomic

# Of a few sites that are built in turns; each has 25 MB for 10,000 servers.
MAX_FILES = 4

_PREFIX = "site-"
# Of a later form of this file nothing is understood: it is forgotten, and the site is read.
_FORM = b"2"
# Size, time of change in nanoseconds, number on the disk.
_STAT = struct.Struct("<qqQ")
# Of a part: its digest, how many paths it has, whether these were looked at, and how long its notes are.
_PART = struct.Struct("<32sI?I")
# Enough of a hash to tell the folders of a machine from one another.
_SHORT = 16


class Row(NamedTuple):
    """A part: its digest, its paths, what these were on the disk (nothing where that is not sure), its notes."""

    digest: bytes
    paths: Sequence[str]
    stats: bytes
    notes: bytes


class Stamps:
    """The stamps of the site in one folder. What cannot be read is forgotten, and what cannot be kept is not."""

    def __init__(self, memory: Path, site: Path) -> None:
        self.site = site
        name = hashlib.sha256(os.fsencode(site.absolute())).hexdigest()[:_SHORT]
        self.path = memory / f"{_PREFIX}{name}.stamps"
        self._rows: dict[str, Row] = _read(self.path)
        self._taken: dict[str, Row] = {}

    def notes(self, name: str, digest: bytes) -> bytes | None:
        """The notes of the part called `name`, if it has that digest."""
        row = self._rows.get(name)
        return row.notes if row and row.digest == digest else None

    def held(self, part: Part) -> Sequence[str] | None:
        """The paths of `part`, if all its files are known to be on the disk as they should."""
        row = self._rows.get(part.name)
        if row and row.digest == part.digest and row.stats:
            with contextlib.suppress(OSError):
                if row.stats == _packed(disk.stat(f"{self.site}/{path}") for path in row.paths):
                    return row.paths
        return None

    def take(self, part: Part, stats: Mapping[str, Stat]) -> None:
        """Remember that the files of `part` are on the disk, and how."""
        self._taken[part.name] = Row(part.digest, tuple(stats), _packed(stats.values()), part.notes)

    def keep(self, names: Iterable[str]) -> None:
        """Write what is remembered of the parts `names`, if any of it is new."""
        if not self._taken:
            return
        # Of a file that changed in the moment in which the manifest was written, or after it, the time does not tell
        # whether it changed once more in that moment.
        limit = (self.site / MANIFEST).stat().st_mtime_ns
        self._rows |= {name: _certain(row, limit) for name, row in self._taken.items()}
        # On a full or read-only disk the next run takes longer, and that is all.
        with contextlib.suppress(OSError):
            write_atomic(self.path, _bytes({name: self._rows[name] for name in names if name in self._rows}))
            _remove_oldest(self.path.parent)


def default_stamps(site: Path) -> Stamps:
    """Those in HUB_BUILD_CACHE_DIR, else in the user's cache folder."""
    folder = os.environ.get("HUB_BUILD_CACHE_DIR") or user_cache_path("hub-build", appauthor=False)
    return Stamps(Path(folder), site)


def _packed(stats: Iterable[Stat]) -> bytes:
    return b"".join([_STAT.pack(*stat) for stat in stats])


def _certain(row: Row, limit: int) -> Row:
    sure = all(changed < limit for _, changed, _ in _STAT.iter_unpack(row.stats))
    return row if sure else row._replace(stats=b"")


def _read(path: Path) -> dict[str, Row]:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    # The hash tells a whole file from one that a full disk, or a hand, changed.
    return _rows(body) if head == _head(body) else {}


def _rows(body: bytes) -> dict[str, Row]:
    count, place = int.from_bytes(body[:8], "little"), 8
    parts = list(_PART.iter_unpack(body[place : (place := place + count * _PART.size)]))
    binary = sum(length + sure * number * _STAT.size for _, number, sure, length in parts)
    names = body[place + binary :].decode().split("\n")
    rows: dict[str, Row] = {}
    first = count
    for name, (digest, number, sure, length) in zip(names, parts, strict=False):
        stats = body[place : (place := place + sure * number * _STAT.size)]
        notes = body[place : (place := place + length)]
        rows[name] = Row(digest, names[first : (first := first + number)], stats, notes)
    return rows


def _bytes(rows: Mapping[str, Row]) -> bytes:
    parts = b"".join([_PART.pack(row.digest, len(row.paths), bool(row.stats), len(row.notes)) for row in rows.values()])
    binary = b"".join([data for row in rows.values() for data in (row.stats, row.notes)])
    names = "\n".join([*rows, *(path for row in rows.values() for path in row.paths)])
    body = b"".join((len(rows).to_bytes(8, "little"), parts, binary, names.encode()))
    return _head(body) + b"\n" + body


def _head(body: bytes) -> bytes:
    return _FORM + b" " + hashlib.sha256(body).hexdigest().encode()


def _remove_oldest(folder: Path) -> None:
    files = sorted(folder.glob(f"{_PREFIX}*.stamps"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MAX_FILES:]:
        path.unlink(missing_ok=True)
