"""A disk on which one file operation goes wrong: the n-th below a folder, in one of the ways in which they do.

The operations are those of Python's own `os` and `io`, which `pathlib`, `shutil` and `tempfile` go through, too.
"""

import builtins
import errno
import io
import os
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path


class Fault(StrEnum):
    """How an operation goes wrong."""

    FULL = "No space left on device"
    """From then on nothing that needs room works; of what was being written a part is there."""
    DENIED = "Permission denied"
    BROKEN = "Input/output error"
    KILLED = "killed"
    """The process is gone: the operation is not done, or half, and nothing behind it."""


NUMBERS = {Fault.FULL: errno.ENOSPC, Fault.DENIED: errno.EACCES, Fault.BROKEN: errno.EIO}


class Killed(BaseException):
    """What ends the code under test where its process would have ended."""


# By what each is counted, and whether it needs room on the disk. The second path of two is where something comes to be.
_OPERATIONS = {
    "replace": (1, False),
    "rename": (1, False),
    "link": (1, True),
    "symlink": (1, True),
    "unlink": (0, False),
    "remove": (0, False),
    "mkdir": (0, True),
    "rmdir": (0, False),
    "chmod": (0, False),
    "truncate": (0, False),
    "fsync": (0, True),
}


class Disk:
    """Counts file operations below `folder`, and has the n-th (from 1) go wrong."""

    def __init__(self, folder: Path, number: int, fault: Fault) -> None:
        self.operations: list[str] = []
        """What was done, e.g. `replace hub.lock`."""
        self._folder = f"{folder}{os.sep}"
        self._number = number
        self._fault = fault
        self._names: dict[int, str] = {}
        self._open, self._os_open, self._write, self._close = io.open, os.open, os.write, os.close

    @property
    def reached(self) -> bool:
        """Whether there was an n-th operation."""
        return len(self.operations) >= self._number

    @contextmanager
    def __call__(self, patched):
        """While this lasts; patched: pytest's MonkeyPatch."""
        with patched.context() as patch:
            for name, (place, needs_room) in _OPERATIONS.items():
                patch.setattr(os, name, self._watched(name, getattr(os, name), place, needs_room))
            patch.setattr(os, "open", self._opened)
            patch.setattr(os, "write", self._written)
            patch.setattr(os, "close", self._closed)
            patch.setattr(io, "open", self._file)
            patch.setattr(builtins, "open", self._file)
            # Copies go through files, where they are seen.
            patch.setattr(shutil, "_USE_CP_SENDFILE", False)
            yield self

    def step(self, what: str, path: str, needs_room: bool, half: Callable[[], object] = lambda: None) -> bool:
        """Count an operation; raises if it goes wrong. half: does a part of it. False for one that is too late."""
        if self._fault is Fault.KILLED and self.reached:
            return False
        if self._fault is Fault.FULL and not needs_room:
            return True
        self.operations.append(f"{what} {path.removeprefix(self._folder)}")
        if len(self.operations) < self._number or (len(self.operations) > self._number and self._fault != Fault.FULL):
            return True
        half()
        if self._fault is Fault.KILLED:
            raise Killed
        raise OSError(NUMBERS[self._fault], str(self._fault), path)

    def _below(self, path: object) -> str:
        """The path, if it is one below the folder."""
        if isinstance(path, int):
            return self._names.get(path, "")
        text = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - links are not followed
        return text if text.startswith(self._folder) else ""

    def _watched(self, name, real, place, needs_room):
        def operation(*args, **options):
            path = self._below(args[place]) if not options.get("dir_fd") else ""
            if path and not self.step(name, path, needs_room):
                return None
            return real(*args, **options)

        return operation

    def _opened(self, path, flags, mode=0o777, *, dir_fd=None):
        below = self._below(path) if dir_fd is None else ""
        changes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if below and changes and not self.step("open", below, needs_room=bool(flags & os.O_CREAT)):
            # To nowhere.
            return self._os_open(os.devnull, os.O_RDWR)
        handle = self._os_open(path, flags, mode, dir_fd=dir_fd)
        if below and changes:
            self._names[handle] = below
        return handle

    def _written(self, handle, data):
        path = self._names.get(handle)
        half = lambda: self._write(handle, bytes(data)[: len(data) // 2])  # noqa: E731
        if path and not self.step("write", path, needs_room=True, half=half):
            return len(data)
        return self._write(handle, data)

    def _closed(self, handle):
        self._names.pop(handle, None)
        self._close(handle)

    def _file(self, file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
        path = self._below(file)
        if not path or not set(mode) & set("wax+"):
            return self._open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        if not isinstance(file, int) and not self.step("open", path, needs_room=True):
            file = os.devnull
        raw = _Raw(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        raw.disk, raw.path = self, path
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)


class _Raw(io.FileIO):
    """A file that is told of each write to it."""

    disk: Disk
    path: str

    def write(self, data, /):
        half = lambda: super(_Raw, self).write(bytes(data)[: len(data) // 2])  # noqa: E731
        if not self.disk.step("write", self.path, needs_room=True, half=half):
            return len(data)
        return super().write(data)
