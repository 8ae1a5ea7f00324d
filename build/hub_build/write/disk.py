"""The steps that everything written takes. Paths as text: objects for them take longer than the disk does."""

import os
from typing import NamedTuple


class Stat(NamedTuple):
    """What tells a file from what it was: its size, when it changed (nanoseconds), and its number on the disk."""

    size: int
    changed: int
    number: int


def stat(path: str) -> Stat:
    """What the file at `path` is. Raises OSError."""
    return _stat(os.stat(path))  # noqa: PTH116


def _stat(found: os.stat_result) -> Stat:
    return Stat(found.st_size, found.st_mtime_ns, found.st_ino)


def write(path: str, data: bytes) -> Stat:
    """Write a new file, and say what it is on the disk while nobody else knows of it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        written = os.write(handle, data)
        while written < len(data):
            written += os.write(handle, memoryview(data)[written:])
        return _stat(os.fstat(handle))
    finally:
        os.close(handle)


def move(source: str, target: str) -> None:
    """Rename; what is at `target` is replaced in one step."""
    os.replace(source, target)  # noqa: PTH105
