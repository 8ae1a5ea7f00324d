"""When a server that ended may be started again. Pure: the time comes in."""

import random
from collections import deque
from collections.abc import Callable

# The first wait, doubled with each further failure, up to the last: a server that lost its network comes back soon
# after it, and one that always crashes takes no noticeable share of the machine.
FIRST_SECONDS = 1.0
LONGEST_SECONDS = 60.0
# Waits differ by up to this share, so that servers that fell together do not all rise together.
JITTER = 0.25
# This many failures within this time are no accident: whoever runs the hub has to look.
MOST_FAILURES = 5
WINDOW_SECONDS = 600.0


class Failures:
    """A server's failures, as far as they still count."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        """`chance` gives numbers from 0 to 1."""
        self._chance = chance
        self._times: deque[float] = deque(maxlen=MOST_FAILURES)
        self._next = 0.0

    def add(self, now: float) -> None:
        """The server failed."""
        self._forget(now)
        self._times.append(now)
        wait = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (len(self._times) - 1))
        self._next = now + wait * (1 + JITTER * (2 * self._chance() - 1))

    def wait(self, now: float) -> float | None:
        """Seconds until it may be started again, none for a first failure's next call; None: not by itself any more."""
        self._forget(now)
        if len(self._times) >= MOST_FAILURES:
            return None
        return max(0.0, self._next - now) if self._times else 0.0

    def repeated(self, now: float) -> bool:
        """Whether it failed more than once: the first time, whoever calls need not wait."""
        self._forget(now)
        return len(self._times) > 1

    def _forget(self, now: float) -> None:
        while self._times and self._times[0] <= now - WINDOW_SECONDS:
            self._times.popleft()
