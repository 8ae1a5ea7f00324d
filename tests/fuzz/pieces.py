"""How harnesses take their input apart, and where they put files."""

import atexit
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path


def pieces(data: bytes, count: int) -> list[bytes]:
    """So many pieces, which NUL bytes are between; the last has the rest, and what is missing is empty."""
    found = data.split(b"\0", count - 1)
    return found + [b""] * (count - len(found))


def text_of(data: bytes) -> str:
    """Text as JSON may bring it: bytes that are no UTF-8 become halves of characters."""
    return data.decode(errors="surrogateescape")


def chunks(data: bytes, sizes: bytes) -> Iterator[bytes]:
    """`data` as it may come from a network: in chunks of these sizes, over and over."""
    place = number = 0
    while place < len(data):
        size = sizes[number % len(sizes)] + 1 if sizes else len(data)
        yield data[place : place + size]
        place, number = place + size, number + 1


@cache
def folder() -> Path:
    """A folder of this process, in memory where there is such a place."""
    memory = Path("/dev/shm")
    made = tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None)
    atexit.register(made.cleanup)
    return Path(made.name)
