"""How long calls took, and when: as few bytes as a million of them need."""

from array import array
from collections.abc import Sequence

from hubs.samples import percentile


class Times:
    """Of calls, in the order in which they ended."""

    def __init__(self) -> None:
        self._began = array("d")
        self._seconds = array("d")

    def add(self, began: float, ended: float) -> None:
        """One more."""
        self._began.append(began)
        self._seconds.append(ended - began)

    def parts(self, count: int, begin: float, end: float) -> list[Sequence[float]]:
        """The seconds of calls that began in each of so many parts of that time."""
        parts: list[list[float]] = [[] for _ in range(count)]
        for began, seconds in zip(self._began, self._seconds, strict=True):
            if begin <= began < end:
                parts[int((began - begin) / (end - begin) * count)].append(seconds)
        return list(parts)

    def __len__(self) -> int:
        return len(self._seconds)


def milliseconds(seconds: Sequence[float], share: float) -> float:
    """A percentile; 0 of none."""
    return round(percentile(seconds, share) * 1000, 3) if seconds else 0.0
