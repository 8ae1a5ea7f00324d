"""What was measured, round by round. Everything that is compared was measured in the same round.

What comes first is kept while measuring; `Section.table` is what is written of it.
"""

import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hub_build.measured.model import Better, Column, Goal, Kind, Number, Ratio, Row, Table

# More digits are not the same in two runs, and only make differences longer.
_DIGITS = 4
# A reason is read in a table.
_MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: a number and its unit."""

    key: str
    title: str
    unit: str
    better: Better | None = None
    """What is wanted of it; None: it is not compared."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number that the project wants: at most, or at least."""

    text: str
    limit: float
    at_least: bool = False

    def got(self, value: float | None, of: str = "") -> Goal:
        """What came out; None: it could not be measured. of: whose number it is, where there are several."""
        text = f"{self.text} ({of})" if of else self.text
        return Goal(text=text, limit=self.limit, at_least=self.at_least, value=rounded(value))


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
    beside: Mapping[str, Sequence[str]] | None = None
    """The rows that each of ours is compared with; None: each with all that are not ours."""
    rows: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Who could not be measured, and why."""
    goals: list[Goal] = field(default_factory=list)

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

    def table(self) -> Table:
        """All of it, summarised."""
        order = [*self.ours, *self.peers, *self.rows]
        rows = [row for row in dict.fromkeys(order) if row in self.rows]
        return Table(
            title=self.title,
            about=self.about,
            columns=tuple(Column(key=one.key, title=one.title, unit=one.unit, better=one.better)
                          for one in self.measures),
            rows=tuple(Row(name=row, kind=self._kind(row), numbers=self._numbers(row)) for row in rows),
            ratios=tuple(self._ratios(rows)),
            goals=tuple(self.goals),
            missing={row: without_paths(why) for row, why in self.missing.items()},
        )  # fmt: skip

    def _kind(self, row: str) -> Kind:
        return "ours" if row in self.ours else "peer" if row in self.peers else "reference"

    def _numbers(self, row: str) -> dict[str, Number]:
        return {key: summary(samples) for key, samples in self.rows[row].items()}

    def _ratios(self, rows: Sequence[str]) -> Iterable[Ratio]:
        others = [row for row in rows if row not in self.ours]
        for measure in self.measures:
            for row in self.ours if measure.better else ():
                for to in others if self.beside is None else self.beside.get(row, ()):
                    if (value := rounded(self.ratio(row, to, measure.key))) is not None:
                        yield Ratio(row=row, to=to, column=measure.key, value=value)


def summary(samples: Sequence[float]) -> Number:
    """What is kept of a measure's samples, one of each round."""
    median, p99 = (rounded(value) or 0.0 for value in (statistics.median(samples), percentile(samples, 0.99)))
    return Number(median=median, p99=p99, rounds=len(samples))


def rounded(value: float | None) -> float | None:
    """With as many digits as say something."""
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def without_paths(text: str) -> str:
    """One line, with the names alone of files: where they lie is nobody's concern."""
    return re.sub(r"(?<![\w:/])/(?:[^\s/'\"`]+/)+", "", " ".join(text.split()))[:_MAX_REASON]


def percentile(samples: Sequence[float], share: float) -> float:
    """The sample that `share` of all are not above."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
