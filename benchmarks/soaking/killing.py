"""Kills servers at random, repeatable by seed: one until the hub leaves it alone, the others less often."""

import contextlib
import math
import os
import random
import signal
import time
from collections import Counter, deque
from collections.abc import Iterable
from pathlib import Path

from hub_launch.run.restart import MOST_FAILURES, WINDOW_SECONDS

# One below what makes the hub give up, and one for a start that a busy machine spoils.
KILLS_IN_WINDOW = MOST_FAILURES - 2
# While a server that was killed may be away: its backoff after so many kills, its start, and a busy machine.
AWAY_SECONDS = 25.0
# Calls between two kills, at least: more often, and servers are away for most of a short run.
LEAST_BETWEEN = 1_000


class Killer:
    """Ends processes of servers with SIGKILL."""

    def __init__(
        self,
        folder: Path,
        servers: Iterable[str],
        doomed: str,
        *,
        calls: int,
        seed: int,
        seconds: float = WINDOW_SECONDS,
    ) -> None:
        """Spread as many kills as may be over so many calls, and so long a time.

        folder: where each server that starts writes its process's number to a file of its name.
        """
        self._folder = folder
        self._servers = [name for name in servers if name != doomed]
        self._chance = random.Random(seed)  # noqa: S311 (repeatable)
        self._times: dict[str, deque[float]] = {name: deque(maxlen=KILLS_IN_WINDOW) for name in self._servers}
        kills = KILLS_IN_WINDOW * len(self._servers) * max(1, round(seconds / WINDOW_SECONDS))
        self._between = max(LEAST_BETWEEN, calls // kills)
        self._next = self._pause()
        self._ended: set[int] = set()
        self._replaced: dict[str, float] = {}
        self.doomed = doomed
        self.kills: Counter[str] = Counter()

    def after(self, calls: int) -> None:
        """Kill whom it is time for, now that so many calls were made."""
        self._kill(self.doomed)
        if calls >= self._next:
            self._next = calls + self._pause()
            name = self._chance.choice(self._servers)
            times = self._times[name]
            full = len(times) == KILLS_IN_WINDOW and times[0] > time.monotonic() - WINDOW_SECONDS
            if not full and self._kill(name):
                times.append(time.monotonic())

    def excuses(self, name: str, since: float | None = None) -> bool:
        """Whether a call made at `since`, or now, may fail because its server was killed."""
        if name == self.doomed:
            return True
        since = time.monotonic() if since is None else since
        times = self._times.get(name)
        return times is not None and len(times) > 0 and times[-1] > since - AWAY_SECONDS

    def replaced(self, name: str) -> None:
        """Note that another server is started in the place of this one: it is listed again when it is up."""
        self._replaced[name] = time.monotonic()

    def unlisted(self, name: str, since: float) -> bool:
        """Whether a list that was asked for at `since` may be without this server."""
        return self.excuses(name, since) or self._replaced.get(name, -math.inf) > since - AWAY_SECONDS

    def _pause(self) -> int:
        return self._chance.randint(self._between // 2, self._between * 3 // 2)

    def _kill(self, name: str) -> bool:
        with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
            pid = int((self._folder / name).read_text())
            if pid not in self._ended:
                self._ended.add(pid)
                os.kill(pid, signal.SIGKILL)
                self.kills[name] += 1
                return True
        return False
