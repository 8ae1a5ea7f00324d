"""The form of a result: one benchmark's tables, and the machine and the hour that they are of."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

# No goal is missed by what only shows in the third digit.
_EXACT = 1e-3

# Beside it, a measurement says more about what else ran.
BUSY_LOAD = 1.0

Better = Literal["less", "more"]
Kind = Literal["ours", "peer", "reference"]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Machine(_Form):
    """Where and with what it was measured."""

    cpu: str
    cores: int
    memory_gb: float
    kernel: str
    filesystem: str
    """Of temporary files, which is where registries are written and compiled."""
    python: str
    node: str
    """Empty where there is none."""


class Load(_Form):
    """Processes that wanted a core in the last minute: before the start what others did, at the end mostly our own."""

    before: float
    after: float


class Number(_Form):
    """One measure's samples, one of each round."""

    median: float
    p99: float
    rounds: int


class Column(_Form):
    """A measure and its unit. better: what is wanted of it; None where nobody is compared by it."""

    key: str
    title: str
    unit: str
    better: Better | None = None


class Row(_Form):
    """Who was measured."""

    name: str
    kind: Kind
    numbers: Mapping[str, Number]


class Ratio(_Form):
    """One of ours divided by another, in one column: the median of the rounds' ratios."""

    row: str
    to: str
    column: str
    value: float


class Goal(_Form):
    """A number that the project wants, and what came out; None: it could not be measured."""

    text: str
    limit: float
    at_least: bool = False
    value: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether it was reached; None where nothing was measured."""
        if self.value is None:
            return None
        slack = abs(self.limit) * _EXACT
        return self.value >= self.limit - slack if self.at_least else self.value <= self.limit + slack


class Table(_Form):
    """Rows and columns that were measured together, in the same rounds."""

    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    ratios: tuple[Ratio, ...] = ()
    goals: tuple[Goal, ...] = ()
    missing: Mapping[str, str] = Field(default_factory=dict)
    """Who could not be measured, and why."""

    def ratio(self, row: str, to: str, column: str) -> Ratio | None:
        """That of two rows."""
        return next((one for one in self.ratios if (one.row, one.to, one.column) == (row, to, column)), None)

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(one for one in self.columns if one.key == key)

    def compared(self) -> Iterator[Column]:
        """The columns that have ratios."""
        return (one for one in self.columns if one.better)


class Result(_Form):
    """What one run of one benchmark found."""

    benchmark: str
    place: int
    """Among all of them, as they are run."""
    title: str
    ratio: str
    """What is divided by what."""
    command: str
    date: AwareDatetime
    commit: str
    """Of the checkout, with `+` behind it where files had changed."""
    quick: bool
    seconds: float
    """That it took."""
    machine: Machine
    load: Load
    peers: tuple[str, ...] = ()
    """Package, version and where it is from, of those that were asked to take part."""
    tables: tuple[Table, ...]

    @property
    def busy(self) -> bool:
        """Whether others used the machine when it began, so that only the ratios say something."""
        return self.load.before > BUSY_LOAD

    def goals(self) -> Iterator[tuple[Table, Goal]]:
        """All goals, each with its table."""
        return ((table, goal) for table in self.tables for goal in table.goals)
