"""Starting an instance again after it ended or could not be started: when, and when not any more."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from hub_launch.run.means import Means
from hub_launch.run.restart import MOST_FAILURES, WINDOW_SECONDS


class Comeback:
    """One instance's failures, and its next start."""

    def __init__(self, means: Means, log: Path, start: Callable[[], Awaitable[None]]) -> None:
        """start: starts it, unless it is back by then."""
        self._means = means
        self._log = log
        self._start = start
        self._failures = means.failures()
        self._waiting: asyncio.Task[None] | None = None

    @property
    def repeated(self) -> bool:
        """Whether it failed more than once of late: the first time, the next call starts it."""
        return self._failures.repeated(self._means.clock())

    @property
    def due(self) -> bool:
        """Whether a call may start it now."""
        return not self.repeated or self._failures.wait(self._means.clock()) == 0

    @property
    def given_up(self) -> str:
        """What is said of one that is not started again."""
        minutes = int(WINDOW_SECONDS // 60)
        return f"it failed {MOST_FAILURES} times within {minutes} minutes and is left alone; see {self._log}"

    def failed(self) -> float | None:
        """It failed. In how many seconds it may be started again; None: not by itself."""
        now = self._means.clock()
        self._failures.add(now)
        return self._failures.wait(now)

    def after(self, seconds: float) -> None:
        """Start it after so many seconds."""
        if self._waiting:
            self._waiting.cancel()
        self._waiting = asyncio.create_task(self._start_after(seconds))

    def forget(self) -> None:
        """Of what went wrong earlier nothing counts any more."""
        self._failures = self._means.failures()

    def cease(self) -> "asyncio.Task[None] | None":
        """Start it no more; the task is over in a moment."""
        waiting, self._waiting = self._waiting, None
        return waiting

    async def _start_after(self, seconds: float) -> None:
        await self._means.sleep(seconds)
        await self._start()
