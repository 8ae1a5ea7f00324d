"""Small file habits that the cache relies on."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_atomic(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that a reader, or a crash, sees the old file or the new one and nothing between."""
    write_pieces_atomic(path, (data,))


def write_pieces_atomic(path: Path, pieces: Iterable[bytes]) -> None:
    """As `write_atomic`, of a file that is put together while it is written, so that it need not fit into memory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
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
