"""The file in which stamps are kept, and the look whether they still hold.

Looking at 110,000 files takes a third of a second, in which the registry can be read: a second process does it, by
running this file. So it needs the standard library alone, and nothing of ours that would take longer to load.
"""

import hashlib
import os
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

# Of a later form of this file nothing is understood: it is forgotten, and the site is read.
_FORM = b"3\n"
_HASH_BYTES = 32
# Size, time of change in nanoseconds, number on the disk.
STAT = struct.Struct("<qqQ")
# Of a part: its digest, how many paths it has, whether it is sure what these were, and how long its notes are.
_PART = struct.Struct("<32sI?I")


class Row(NamedTuple):
    """A part: its digest, its paths, what these were on the disk (nothing where that is not sure), its notes."""

    digest: bytes
    paths: Sequence[str]
    stats: bytes
    notes: bytes

    def holds(self, site: str) -> bool:
        """Whether all paths are in the folder `site` what they were."""
        try:
            return bool(self.stats) and self.stats == packed(os.stat(f"{site}/{path}") for path in self.paths)  # noqa: PTH116
        except OSError:
            return False


def packed(stats: Iterable[os.stat_result]) -> bytes:
    """What tells files from what they were."""
    return b"".join([STAT.pack(one.st_size, one.st_mtime_ns, one.st_ino) for one in stats])


def read_table(path: str) -> dict[str, Row]:
    """What is in the file at `path`, by the names of parts; nothing where that is not whole."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (a module less to load)
            data = file.read()
    except OSError:
        return {}
    body, digest = memoryview(data)[:-_HASH_BYTES], data[-_HASH_BYTES:]
    # The hash tells a whole file from one that a full disk, or a hand, changed.
    return _rows(body[len(_FORM) :]) if data.startswith(_FORM) and hashlib.sha256(body).digest() == digest else {}


def table_pieces(rows: Mapping[str, Row]) -> Iterator[bytes]:
    """The file with `rows`, piece by piece: as a whole it is half a gigabyte where there are 100,000 servers."""
    hashed = hashlib.sha256()
    for piece in _pieces(rows):
        hashed.update(piece)
        yield piece
    yield hashed.digest()


def _pieces(rows: Mapping[str, Row]) -> Iterator[bytes]:
    yield _FORM + len(rows).to_bytes(8, "little")
    for row in rows.values():
        yield _PART.pack(row.digest, len(row.paths), bool(row.stats), len(row.notes))
    for row in rows.values():
        yield row.stats + row.notes
    yield "\n".join(rows).encode()
    for row in rows.values():
        yield "\n".join(chain(("",), row.paths)).encode()


def begin_look(path: str, site: str) -> "subprocess.Popen[bytes]":
    """Start to look whether what is in the file at `path` holds in the folder `site`. Raises OSError."""
    command = [sys.executable, "-I", "-S", __file__, path, site]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def end_look(looking: "subprocess.Popen[bytes]") -> frozenset[str] | None:
    """The names of the parts that do not hold; None if nobody knows."""
    answer, _ = looking.communicate()
    words = answer.decode().split("\n")
    return frozenset(words[:-1]) if looking.returncode == 0 and words[-1] == "." else None


def _rows(body: memoryview) -> dict[str, Row]:
    count, place = int.from_bytes(body[:8], "little"), 8
    parts = list(_PART.iter_unpack(body[place : (place := place + count * _PART.size)]))
    binary = sum(length + sure * number * STAT.size for _, number, sure, length in parts)
    names = str(body[place + binary :], "utf-8").split("\n")
    rows: dict[str, Row] = {}
    first = count
    for name, (digest, number, sure, length) in zip(names, parts, strict=False):
        stats = bytes(body[place : (place := place + sure * number * STAT.size)])
        notes = bytes(body[place : (place := place + length)])
        rows[name] = Row(digest, names[first : (first := first + number)], stats, notes)
    return rows


if __name__ == "__main__":
    table, folder = sys.argv[1:]
    gone = [name for name, row in read_table(table).items() if not row.holds(folder)]
    # The point says that the answer is whole.
    sys.stdout.buffer.write("\n".join([*gone, "."]).encode())
