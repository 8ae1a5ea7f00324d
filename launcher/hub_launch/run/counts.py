"""What became of a server's calls: plain numbers, so that counting costs a call nothing that could be measured."""

from bisect import bisect_left
from collections import deque
from math import ceil
from statistics import median

# Upper bounds in seconds: from an answer out of memory to what an assistant gives up on. The last is the one for all.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
# Enough to tell what is usual, and few enough to sort for whoever looks.
LATEST = 100


class Counts:
    """Of one server, since the hub started."""

    __slots__ = ("buckets", "failures", "latest", "restarts", "seconds", "tool_errors", "total")

    def __init__(self) -> None:
        self.total = 0
        """Calls that are over, but for those that their clients gave up."""
        self.tool_errors = 0
        """Of them, those of which the server said itself that they failed."""
        self.failures = 0
        """Of them, those that the server did not answer in time, or not in a way that can be passed on."""
        self.restarts = 0
        """How often it was started again after it had ended, or failed, by itself."""
        self.seconds = 0.0
        """That all of them took together."""
        self.buckets = [0] * (len(BOUNDS) + 1)
        """How many took at most each of BOUNDS and longer than the one before; last, how many took longer."""
        self.latest: deque[float] = deque(maxlen=LATEST)
        """The seconds that each of the latest took."""

    def add(self, seconds: float, *, tool_error: bool, failure: bool) -> None:
        """A call is over, after so many seconds."""
        self.total += 1
        self.tool_errors += tool_error
        self.failures += failure
        self.seconds += seconds
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.latest.append(seconds)

    def usual(self) -> tuple[float, float] | None:
        """What half of the latest calls took at most, and what nineteen of twenty did; None before the first."""
        if not self.latest:
            return None
        ordered = sorted(self.latest)
        return median(ordered), ordered[ceil(0.95 * len(ordered)) - 1]
