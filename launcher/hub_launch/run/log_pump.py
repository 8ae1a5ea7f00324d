"""One thread that moves what all children write to standard error into their logs.

Not the event loop: a disk may take seconds. And at a measured pace, whatever is written: it looks a few times a second,
takes what the pipes hold, and lets go, so that a flood costs the hub's other threads next to nothing.
"""

import contextlib
import functools
import logging
import os
import select
import selectors
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator

from hub_launch.run.log import ErrorLog

# Between two looks. A pipe of 1 MB takes 20 MB/s of a child that is not made to wait.
PAUSE_SECONDS = 0.05
# While somebody floods: 100 MB/s, for 5 % of a core.
SHORT_PAUSE_SECONDS = 0.008

_log = logging.getLogger(__name__)


class LogPump:
    """Reads and writes the logs that it is given, until they end or are taken back."""

    def __init__(self) -> None:
        """Start the thread; it ends with the program."""
        self._selector = selectors.DefaultSelector()
        self._wakes, self._wake = os.pipe()
        if sys.platform != "win32":
            for end in (self._wakes, self._wake):
                os.set_blocking(end, False)
        self._selector.register(self._wakes, selectors.EVENT_READ)
        self._orders: deque[Callable[[], None]] = deque()
        threading.Thread(target=self._run, name="hub-logs", daemon=True).start()

    def add(self, log: ErrorLog) -> None:
        """Take charge of `log`."""

        def order() -> None:
            self._selector.register(log.read_end, selectors.EVENT_READ, log)

        self._order(order)

    def finish(self, log: ErrorLog, done: Callable[[], None]) -> None:
        """Write what is left of `log` and close it; `done` is called, in the thread, when that is over."""

        def order() -> None:
            try:
                self._drop(log)
                log.close()
            finally:
                done()

        self._order(order)

    def _order(self, order: Callable[[], None]) -> None:
        self._orders.append(order)
        with contextlib.suppress(BlockingIOError):
            # A full pipe wakes the thread as well.
            os.write(self._wake, b"\0")

    def _run(self) -> None:
        while True:
            ready = [key.data for key, _ in self._selector.select() if key.data]
            self._obey()
            much = [self._move(log) for log in ready]
            if ready:
                # An order ends the pause.
                select.select([self._wakes], [], [], SHORT_PAUSE_SECONDS if any(much) else PAUSE_SECONDS)

    def _obey(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wakes, 4096)
        while self._orders:
            with _told():
                self._orders.popleft()()

    def _move(self, log: ErrorLog) -> bool:
        """Move what there is of `log`. Whether it was much."""
        with _told():
            much = log.read()
            log.write()
            if log.ended:
                self._drop(log)
            return much
        self._drop(log)
        return False

    def _drop(self, log: ErrorLog) -> None:
        # Only this log's: the number of a pipe that was closed may be another's by now.
        if any(key.data is log for key in self._selector.get_map().values()):
            self._selector.unregister(log.read_end)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What goes wrong with one log is told, and the thread goes on for the others."""
    try:
        yield
    except Exception:
        _log.exception("a server's log broke")


class LogThreads:
    """The same for Windows, whose pipes can only be waited for: a thread for each log."""

    def add(self, log: ErrorLog) -> None:
        """Take charge of `log`."""
        threading.Thread(target=self._move, args=(log,), name="hub-logs", daemon=True).start()

    def finish(self, log: ErrorLog, done: Callable[[], None]) -> None:
        """See LogPump: it ends by itself, with the pipe."""
        log.write()
        done()

    def _move(self, log: ErrorLog) -> None:
        while not log.ended:
            log.read()
            log.write()
        log.close()


@functools.cache
def log_pump() -> LogPump | LogThreads:
    """What moves the logs of this process, started when first asked for."""
    return LogThreads() if sys.platform == "win32" else LogPump()
