"""Two results of one benchmark: which ratios got worse or better, which goals are no longer reached."""

from collections.abc import Iterator
from dataclasses import dataclass

from hub_build.measured.model import Better, Goal, Result, Table

# Below that, two runs on a quiet machine differ by themselves.
NOTABLE = 0.15


@dataclass(frozen=True, slots=True)
class Change:
    """A ratio, or a goal's number, before and now."""

    benchmark: str
    what: str
    before: float
    now: float
    better: Better

    @property
    def worse_by(self) -> float:
        """0.2 is a fifth worse, -0.5 half of what it was (of what should be less)."""
        worse, good = (self.now, self.before) if self.better == "less" else (self.before, self.now)
        if good == worse:
            return 0.0
        return worse / good - 1 if good else float("inf")

    @property
    def is_regression(self) -> bool:
        """Whether it is notably worse."""
        return self.worse_by > NOTABLE

    @property
    def is_improvement(self) -> bool:
        """Whether it is notably better: as far from what it was as a regression the other way."""
        return self.worse_by < 1 / (1 + NOTABLE) - 1

    def __str__(self) -> str:
        return f"{self.benchmark}: {self.what}: {self.before:.3g} before, {self.now:.3g} now"


def changes(before: Result, now: Result) -> list[Change]:
    """Every ratio that both have, and how it changed."""
    old = {table.title: table for table in before.tables}
    return [change for table in now.tables if table.title in old for change in _of_table(now, old[table.title], table)]


def missed(before: Result, now: Result) -> list[str]:
    """The goals that were reached before and are not now."""
    old = {(table.title, goal.text): goal for table, goal in before.goals()}
    lost = [(table, goal) for table, goal in now.goals() if _lost(old.get((table.title, goal.text)), goal)]
    return [f"{now.benchmark}: {table.title}: {goal.text}: {_said(goal)}" for table, goal in lost]


def _of_table(now: Result, old: Table, table: Table) -> Iterator[Change]:
    for ratio in table.ratios:
        column = table.column(ratio.column)
        before = old.ratio(ratio.row, ratio.to, ratio.column)
        if before and column.better:
            what = f"{table.title}: {column.title} of {ratio.row}, divided by {ratio.to}"
            yield Change(now.benchmark, what, before.value, ratio.value, column.better)


def _lost(before: Goal | None, now: Goal) -> bool:
    return before is not None and before.met is True and now.met is not True


def _said(goal: Goal) -> str:
    wanted = f"{'at least' if goal.at_least else 'at most'} {goal.limit:g} wanted"
    return f"{wanted}, not measured" if goal.value is None else f"{wanted}, {goal.value:.3g} measured"
