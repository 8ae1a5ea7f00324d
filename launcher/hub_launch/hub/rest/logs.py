"""The end of a server's log."""

from collections.abc import Iterator
from pathlib import Path

from hub_launch.run.log_file import LogFile
from hub_launch.text import printable

MAX_LINES = 2_000
# Of the files together: more than so many lines of any use have.
MAX_BYTES = 512 * 1024


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines of the log at `path`, the oldest first, safe to print; fewer where there are no more.

    The file holds no secrets; see run.log. What was put aside a moment ago counts as its beginning.
    """
    data = b""
    for part in _newest_first(path):
        data = part + data
        if data.count(b"\n") > count or len(data) >= MAX_BYTES:
            break
    lines = data[-MAX_BYTES:].decode(errors="replace").splitlines()
    return [printable(line, keep="\t") for line in lines[-count:]]


def _newest_first(path: Path) -> Iterator[bytes]:
    for one in (path, LogFile(path).old(1)):
        try:
            with one.open("rb") as file:
                file.seek(max(0, one.stat().st_size - MAX_BYTES))
                yield file.read(MAX_BYTES)
        except OSError:
            # Nothing was written yet, or it is being put aside this moment.
            continue
