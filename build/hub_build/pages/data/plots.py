"""Plots as numbers: what the templates draw as SVG, and say as a table to whoever reads with the ears.

Lengths are in percent of the plot, so that letters keep their size on a phone. No style attributes: the site's content
security policy forbids them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

# More days than a plot has room to tell apart; beyond that a point stands for a month.
MAX_DAYS = 400

# About; only where a line ends depends on it.
DAYS_A_MONTH = 30

# Bars of one plot, and one for all others.
MAX_BARS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. percent: of the longest bar, with one digit behind the point."""

    label: str
    count: int
    percent: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts of kinds of things. what: what is counted, in the plural. first: the head of the labels' column."""

    title: str
    first: str
    what: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """How a count grew. points: `x,y` of a polyline, in percent, y from above. rows: day or month, and the count."""

    title: str
    first: str
    what: str
    points: str
    rows: tuple[tuple[str, int], ...]


def bars(title: str, first: str, what: str, counts: Mapping[str, int]) -> Bars:
    """A bar for each of `counts`, in their order; none where nothing was counted."""
    most = max(counts.values(), default=0)
    drawn = () if not most else tuple(Bar(label, count, f"{100 * count / most:.1f}") for label, count in counts.items())
    return Bars(title, first, what, drawn)


def most_common(words: Iterable[str]) -> dict[str, int]:
    """How often each of `words` is there, the most frequent first; beyond MAX_BARS together as `others`."""
    ranked = sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0]))
    others = sum(count for _, count in ranked[MAX_BARS:])
    return dict(ranked[:MAX_BARS]) | ({"others": others} if others else {})


def in_buckets(values: Iterable[float], limits: Sequence[float], labels: Sequence[str]) -> dict[str, int]:
    """How many of `values` are below each of `limits` and not below the one before; the last label is for the rest."""
    counts = dict.fromkeys(labels, 0)
    for value in values:
        place = sum(value >= limit for limit in limits)
        counts[labels[place]] += 1
    return counts


def growth(title: str, what: str, days: Iterable[str]) -> Curve:
    """How many there were at the end of each of `days`, such as 2026-11-21, one for each thing that came."""
    counts = Counter(days)
    by_month = len(counts) > MAX_DAYS
    if by_month:
        counts = Counter(day[:7] for day in counts.elements())
    periods = sorted(counts)
    totals = tuple(zip(periods, accumulate(counts[period] for period in periods), strict=True))
    return Curve(title, "Month" if by_month else "Day", what, _steps(totals, DAYS_A_MONTH if by_month else 1), totals)


def _steps(totals: Sequence[tuple[str, int]], days: int) -> str:
    """A line that stays level from one period to the next. days: how long the last one is."""
    if not totals:
        return ""
    starts = [date.fromisoformat(f"{period}-01"[:10]).toordinal() for period, _ in totals]
    span, most = starts[-1] + days - starts[0], totals[-1][1]
    points: list[str] = []
    for (_, count), start, end in zip(totals, starts, [*starts[1:], starts[0] + span], strict=True):
        y = 100 - 100 * count / most
        points += [f"{100 * (day - starts[0]) / span:.2f},{y:.2f}" for day in (start, end)]
    return " ".join(points)
