"""Small file habits that the cache relies on."""

import contextlib
import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM})
_FOR_ALL = 0o666
# Pieces may be many and small, such as three for each of 10,000 servers.
_BUFFER = 256 * 1024
# How exactly it is known when a file was last used: a start writes nothing for what was used today.
_USED_SECONDS = 24 * 3600


def write_atomic(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that a reader, or a crash, sees the old file or the new one and nothing between."""
    write_pieces_atomic(path, (data,))


def rewrite(path: Path, data: bytes) -> None:
    """As `write_atomic`, of a file that its user wrote: its mode stays, and it is on the disk before the old one goes.

    What is a link stays one. Where nothing is yet, the file is for whom the user's new files are.
    """
    real = path.resolve()
    mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else _FOR_ALL & ~_umask()
    write_pieces_atomic(real, (data,), mode)


def _umask() -> int:
    # There is no other way to ask. What another thread makes meanwhile is for its user alone.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def write_pieces_atomic(path: Path, pieces: Iterable[bytes], mode: int | None = None) -> None:
    """As `write_atomic`, of a file that is put together while it is written, so that it need not fit into memory.

    mode: see `rewrite`. All that can fail is done before the file takes the other's place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb", _BUFFER) as file:
            file.writelines(pieces)
            if mode is not None:
                file.flush()
                os.fsync(file.fileno())
        if mode is not None:
            Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def free_name(path: Path, word: str) -> Path:
    """A name beside `path` that nothing has: `hub.lock.broken-1`, say."""
    number = 1
    while (free := path.with_name(f"{path.name}.{word}-{number}")).exists():
        number += 1
    return free


def read_bounded(path: Path, limit: int) -> bytes:
    """The file's bytes. Raises ValueError when it is longer than `limit`, OSError as usual."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"larger than {limit:,} bytes")
    return data


def is_of_the_disk(error: BaseException) -> bool:
    """Whether a disk that is full or broken, or not ours to write, is what went wrong."""
    return isinstance(error, OSError) and error.errno in _DISK_ERRORS


def mark_used(path: Path) -> None:
    """Note that the file is used, for `unused_since`: its own time of access is not kept on most disks."""
    # Where nothing can be written, nothing is removed either.
    with contextlib.suppress(OSError):
        if path.stat().st_mtime < time.time() - _USED_SECONDS:
            os.utime(path)


def unused_since(folder: Path, before: float) -> list[Path]:
    """The files in the folder that were neither written nor marked as used since then, in seconds since 1970.

    A file that is gone meanwhile is none of them, and a folder that is not there has none.
    """
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError):
                about = path.stat()
                if stat.S_ISREG(about.st_mode) and about.st_mtime < before:
                    found.append(path)
    return found
