"""What a child writes to standard error: bounded, without its secrets, in a log of its own."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from hub_launch.run.log_file import LogFile
from hub_launch.run.redaction import Redactor
from hub_launch.text import printable

# What an error message with its traceback has room in; `last_words` tells no more.
TAIL_BYTES = 4096

# A start may be talkative; nobody reads what comes faster than this for long.
BURST_BYTES = 512 * 1024
BYTES_PER_SECOND = 64 * 1024
# After a part that was left out, the log goes on when there is room for more than a few lines.
RESUME_BYTES = 16 * 1024
# What waits for a slow disk.
MAX_PENDING_BYTES = 1024 * 1024

# Linux lets anybody have so much (/proc/sys/fs/pipe-max-size): a child may write that much between two looks.
PIPE_BYTES = 1024 * 1024
_F_SETPIPE_SZ = 1031  # fcntl.F_SETPIPE_SZ, which other systems' module does not have
# Windows' pipes can only be waited for.
_BLOCKING = sys.platform == "win32"
# The most that is read in one go while somebody waits for it.
_LAST_READS = 4


class ErrorLog:
    """One child's standard error on its way into its log.

    `read` and `last_words` are quick and may be called from any thread; `write` waits for the disk.
    """

    def __init__(self, path: Path, secrets: Iterable[str], clock: Callable[[], float] = time.monotonic) -> None:
        """Open a pipe: a child gets `write_end`, which is closed with `close_write_end`."""
        self.read_end, self._write_end = os.pipe()
        if sys.platform != "win32":
            os.set_blocking(self.read_end, False)
        _widen(self.read_end)
        self._file = LogFile(path, clock)
        self._redactor = Redactor(secrets)
        self._clock = clock
        # Two may want to read, and what they read has an order.
        self._reading = threading.Lock()
        self._lock = threading.Lock()
        self._budget, self._filled_at = float(BURST_BYTES), clock()
        self._closed = False
        self._pending = bytearray()
        self._tail = b""
        # Of what was read, for the disk was full, say.
        self._lost = 0
        # Of what came too fast.
        self._left_out = 0
        # The end of that, which may be the last there is.
        self._latest = b""
        self.ended = False
        """Nothing more will come."""

    @property
    def write_end(self) -> int:
        """What a child gets as its standard error."""
        return self._write_end

    def close_write_end(self) -> None:
        """Leave the child alone with its end of the pipe."""
        os.close(self._write_end)

    def read(self) -> bool:
        """Take what the child has written. Whether that was much, and more is to be expected."""
        with self._reading:
            data = self._received()
            with self._lock:
                if data:
                    self._take(data)
                elif self.ended:
                    self._finish_gap()
                    self._emit(self._redactor.flush())
        return len(data) > PIPE_BYTES // 8

    def write(self) -> None:
        """Put what was read into the file."""
        with self._lock:
            data, self._pending = bytes(self._pending), bytearray()
        if not data:
            return
        note = _left_out(self._lost) if self._lost else b""
        lost = self._file.append(note + data)
        self._lost = lost if lost <= len(data) else self._lost + len(data)

    def last_words(self) -> str:
        """What the child wrote last: safe to print, without secrets."""
        if not _BLOCKING:
            self._catch_up()
        with self._lock:
            self._finish_gap()
            text = self._tail.decode(errors="replace")
        return printable(text, keep="\n").strip()

    def close(self) -> None:
        """Take and write what there is, and let go of pipe and file. Once is enough; more does no harm."""
        if self._closed:
            return
        self._catch_up()
        with self._reading, self._lock:
            self._finish_gap()
            self._emit(self._redactor.flush())
            self.ended = self._closed = True
            os.close(self.read_end)
        self.write()
        self._file.close()

    def _catch_up(self) -> None:
        for _ in range(_LAST_READS):
            if not self.read():
                break

    def _received(self) -> bytes:
        if self.ended:
            return b""
        try:
            data = os.read(self.read_end, PIPE_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        self.ended = not data
        return data

    def _take(self, data: bytes) -> None:
        room = self._room()
        if self._left_out:
            if room < RESUME_BYTES or b"\n" not in self._latest + data:
                self._leave_out(data)
                return
            data = self._end_gap(data)
        taken, rest = data[:room], data[room:]
        self._budget -= len(taken)
        self._emit(self._redactor.feed(taken))
        if rest:
            self._emit(self._redactor.flush())
            self._leave_out(rest)

    def _room(self) -> int:
        now = self._clock()
        self._budget = min(BURST_BYTES, self._budget + (now - self._filled_at) * BYTES_PER_SECOND)
        self._filled_at = now
        return max(0, min(int(self._budget), MAX_PENDING_BYTES - len(self._pending)))

    def _leave_out(self, data: bytes) -> None:
        self._left_out += len(data)
        self._latest = (self._latest + data)[-TAIL_BYTES:]

    def _end_gap(self, data: bytes) -> bytes:
        """Say how much was left out; what goes on with the last of it and `data`."""
        # From a line's beginning on: the rest of a secret would not be known for one.
        kept = (self._latest + data).partition(b"\n")[2]
        count = self._left_out + len(data) - len(kept)
        self._left_out, self._latest = 0, b""
        if count:
            self._emit(_left_out(count))
        return kept

    def _finish_gap(self) -> None:
        if self._left_out:
            self._emit(self._redactor.feed(self._end_gap(b"")))

    def _emit(self, data: bytes) -> None:
        self._pending += data
        self._tail = (self._tail + data[-TAIL_BYTES:])[-TAIL_BYTES:]


def _left_out(count: int) -> bytes:
    return f"\n… {count:,} bytes left out\n".encode()


def _widen(pipe: int) -> None:
    """Let a child write much before it has to wait. Where that is not to be had, it waits sooner."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, _F_SETPIPE_SZ, PIPE_BYTES)
