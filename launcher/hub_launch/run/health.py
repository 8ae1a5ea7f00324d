"""Whether a server answers, and how quickly: from its calls, and from probes where there are none."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

# One failure may be an accident, two bad luck; with these numbers a third comes some 25 s after the first at most.
MOST_FAILURES = 3
# What ends at the same moment ended for one reason, however many calls were under way.
SAME_MOMENT_SECONDS = 1.0
# Ten times what a busy server on the other side of the world takes.
SLOW_SECONDS = 2.0
# Enough for a median that one slow answer does not move.
WINDOW = 9
LEAST_FOR_MEDIAN = 3
# A machine that slept wakes up before its network does: for so long nobody is blamed for not answering.
WAKING_SECONDS = 20.0


class Level(StrEnum):
    """How healthy a server is."""

    UNKNOWN = "unknown"
    """It was not asked yet, or does not run."""
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    """It answers slowly, or did not the last time; others are asked before it."""
    UNHEALTHY = "unhealthy"
    """It did not answer MOST_FAILURES times in a row."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long the latest WINDOW answers took, in seconds."""

    last: float
    median: float
    worst: float
    count: int


@dataclass(frozen=True, slots=True)
class Health:
    """A server's health at one moment."""

    level: Level = Level.UNKNOWN
    reason: str = ""
    """Why it is not healthy; safe to print."""
    failures: int = 0
    """In a row, up to now."""
    probes: Times | None = None
    """How quick the server is by itself, whatever its tools take; see Counts for these."""
    answered: float | None = None
    """Seconds since it last answered anything; None if it never did."""


UNKNOWN = Health()


class Record:
    """What is known of one connection's health. A new process, or a new address, gets a new one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._probes: deque[float] = deque(maxlen=WINDOW)
        self._slow = False
        self._failures = 0
        self._failed_at: float | None = None
        self._reason = ""
        self._forgiving_until: float | None = None
        self._answered_at: float | None = None

    def answered(self) -> None:
        """It answered something."""
        self._answered_at = self._clock()
        self._failures, self._failed_at = 0, None

    def probed(self, seconds: float) -> None:
        """A probe was answered."""
        self._probes.append(seconds)
        self._slow = len(self._probes) >= LEAST_FOR_MEDIAN and _median(self._probes) > SLOW_SECONDS
        self.answered()

    def failed(self, reason: str, *, busy: bool = False) -> None:
        """It did not answer a call or a probe. reason: safe to print.

        busy: calls are under way that may keep it from answering anything else, so that it may be in best health.
        """
        now = self._clock()
        if self._forgiving_until is not None and now < self._forgiving_until:
            return
        self._reason = reason
        if self._failed_at is None or now - self._failed_at >= SAME_MOMENT_SECONDS:
            self._failed_at = now
            most = MOST_FAILURES - 1 if busy else MOST_FAILURES
            self._failures = max(self._failures, min(self._failures + 1, most))

    def woke(self) -> None:
        """The machine slept: what failed does not count, nor what fails until its network is back."""
        self._failures, self._failed_at = 0, None
        self._forgiving_until = self._clock() + WAKING_SECONDS

    @property
    def failing(self) -> bool:
        """Whether it did not answer the last time."""
        return self._failures > 0

    @property
    def level(self) -> Level:
        """How healthy it is."""
        if self._failures:
            return Level.UNHEALTHY if self._failures >= MOST_FAILURES else Level.DEGRADED
        if self._slow:
            return Level.DEGRADED
        return Level.HEALTHY if self._answered_at is not None else Level.UNKNOWN

    def silent(self, seconds: float) -> bool:
        """Whether nothing was answered for so long, or ever."""
        return self._answered_at is None or self._clock() - self._answered_at >= seconds

    def health(self) -> Health:
        """All of it."""
        since = None if self._answered_at is None else self._clock() - self._answered_at
        return Health(self.level, self._why(), self._failures, _times(self._probes), since)

    def _why(self) -> str:
        if self._failures:
            return self._reason
        return f"it takes {_median(self._probes):.1f} s to answer what costs it nothing" if self._slow else ""


def _median(seconds: deque[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def _times(seconds: deque[float]) -> Times | None:
    return Times(seconds[-1], _median(seconds), max(seconds), len(seconds)) if seconds else None
