"""A log on disk that stays small, and whose troubles are nobody else's."""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

# A log is for finding out what happened last; with the old ones, a server takes four of these of the disk at most.
MAX_LOG_BYTES = 1024 * 1024
OLD_LOGS = 3
# A full disk, or a folder that may not be written to, is looked at again after this.
RETRY_SECONDS = 5.0

_PIECE_BYTES = 64 * 1024
# Not for other users to read; O_NONBLOCK, because opening what is no file, such as a named pipe, may wait for ever.
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
_MODE = 0o600

_log = logging.getLogger(__name__)


class LogFile:
    """Appends to the file at `path`; beyond `max_bytes` it becomes `<name>.1.log`, that `<name>.2.log`, and so on.

    Nothing is raised: what could not be written is counted. Hubs that serve the same server may share a log.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.monotonic,
        *,
        max_bytes: int = MAX_LOG_BYTES,
        old_logs: int = OLD_LOGS,
    ) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._old_logs = old_logs
        self._clock = clock
        self._file: int | None = None
        self._again_at = 0.0
        self._complained = False

    def append(self, data: bytes) -> int:
        """Write `data`; the answer is how many bytes of it could not be written."""
        if self._clock() < self._again_at:
            return len(data)
        done = 0
        try:
            while done < len(data):
                done += os.write(self._room(), data[done : done + _PIECE_BYTES])
        except OSError as error:
            self._give_up(error)
        return len(data) - done

    def close(self) -> None:
        """Close the file; a later append opens it again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _room(self) -> int:
        """The open file, with room in it for a piece."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, _FLAGS, _MODE)
        if os.fstat(self._file).st_size + _PIECE_BYTES > self._max_bytes:
            self._rotate()
            self._file = os.open(self.path, _FLAGS, _MODE)
        return self._file

    def _rotate(self) -> None:
        mine = self._file is not None and os.fstat(self._file).st_ino
        self.close()
        if not self.path.exists() or self.path.stat().st_ino != mine:
            # Another hub has put it aside already.
            return
        for number in range(self._old_logs, 0, -1):
            newer = self.old(number - 1) if number > 1 else self.path
            if newer.exists():
                newer.replace(self.old(number))

    def old(self, number: int) -> Path:
        """Where the log is after having been put aside that many times."""
        return self.path.with_name(f"{self.path.stem}.{number}{self.path.suffix}")

    def _give_up(self, error: OSError) -> None:
        self.close()
        self._again_at = self._clock() + RETRY_SECONDS
        if not self._complained:
            self._complained = True
            _log.warning("%s cannot be written, and is left out until it can: %s", self.path, error)
