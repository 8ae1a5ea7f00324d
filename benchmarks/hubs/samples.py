"""What was measured, round by round. Everything that is compared was measured in the same round."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

# No target is missed by what only shows in the third digit.
_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: a number and its unit."""

    key: str
    title: str
    unit: str
    compared: bool = False
    """Whether its ratio to each peer is shown too."""


@dataclass(frozen=True, slots=True)
class Target:
    """A number that the project promises, and what came out; None: it could not be measured."""

    text: str
    limit: float
    value: float | None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the promise is kept; None where nothing was measured."""
        if self.value is None:
            return None
        slack = abs(self.limit) * _EXACT
        return self.value >= self.limit - slack if self.at_least else self.value <= self.limit + slack


@dataclass(slots=True)
class Section:
    """One table: who was measured (rows) in what (columns), over several rounds."""

    title: str
    about: str
    measures: tuple[Measure, ...]
    ours: tuple[str, ...]
    """The rows that are our hub's."""
    peers: tuple[str, ...]
    """The rows that are peers'; any others are there for comparison."""
    rows: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Who could not be measured, and why."""
    targets: list[Target] = field(default_factory=list)

    def add(self, row: str, **values: float) -> None:
        """Add one round's numbers."""
        for key, value in values.items():
            self.rows.setdefault(row, {}).setdefault(key, []).append(value)

    def value(self, row: str, key: str) -> float | None:
        """The median over all rounds."""
        samples = self.rows.get(row, {}).get(key)
        return statistics.median(samples) if samples else None

    def ratio(self, row: str, other: str, key: str) -> float | None:
        """`row` divided by `other`: the median of the rounds' ratios, so that what slowed a round slowed both."""
        mine, theirs = (self.rows.get(one, {}).get(key, []) for one in (row, other))
        ratios = [one / two for one, two in zip(mine, theirs, strict=False) if two]
        return statistics.median(ratios) if ratios else None

    def fastest(self, key: str, *, most: bool = False) -> str | None:
        """The peer with the least (or most) of a measure."""
        values = {peer: value for peer in self.peers if (value := self.value(peer, key)) is not None}
        return (max if most else min)(values, key=values.__getitem__) if values else None

    def against_fastest(self, row: str, key: str, *, most: bool = False) -> float | None:
        """The ratio to that peer."""
        peer = self.fastest(key, most=most)
        return self.ratio(row, peer, key) if peer else None


def percentile(samples: Sequence[float], share: float) -> float:
    """The sample that `share` of all are not above."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
