"""What entries compile to, remembered beside their verdicts: documents one after the other in a file that grows.

One changed entry adds one document; to write those of all the others again would take longer than to compile it. Each
is asked for by its place and its hash, so that what a crash, another process or a hand left there is not taken for it.
"""

from collections.abc import Iterable
from pathlib import Path

from hub_launch.catalog import sha256_hex
from hub_launch.files import write_atomic

# Of a hundred thousand entries with 1.5 kB each, and some that are no longer there.
MAX_BYTES = 256 * 1024 * 1024

Place = tuple[int, int, str]
"""Where a document begins, its length, and its hash."""


class Documents:
    """The documents in one file. What is not there is compiled again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._data: bytes | None = None

    def get(self, place: Place) -> bytes | None:
        """The document at that place, if it is still the same."""
        if self._data is None:
            self._data = self._read()
        start, length, sha256 = place
        data = self._data[start : start + length]
        return data if sha256_hex(data) == sha256 else None

    def add(self, documents: Iterable[bytes]) -> list[Place]:
        """Put `documents` behind what is there; when that would be too much, in its place. Raises OSError."""
        new = list(documents)
        added = b"".join(new)
        start = self._grow(added) if self._size() + len(added) <= MAX_BYTES else self._renew(added)
        # Read again when it is asked for: who adds all that there is asks for none of it.
        self._data = None
        places = []
        for document in new:
            places.append((start, len(document), sha256_hex(document)))
            start += len(document)
        return places

    def _grow(self, added: bytes) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            start = file.tell()
            file.write(added)
        return start

    def _renew(self, added: bytes) -> int:
        write_atomic(self.path, added)
        return 0

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes()
        # What cannot be read is not there.
        except OSError:
            return b""
