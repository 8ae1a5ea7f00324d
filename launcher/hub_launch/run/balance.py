"""Which of a server's instances gets the next call. Pure: nothing here knows what an instance is made of.

A new way to spread calls is a line in ORDERS.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Protocol, TypeVar


class Fitness(IntEnum):
    """How fit an instance is to be asked; the least number first."""

    FIT = 0
    """It answers."""
    DOUBTFUL = 1
    """It answers slowly, or did not answer the last time."""
    LAST = 2
    """It is unhealthy, or its process ended: a call would have to bring it back."""
    OUT = 3
    """It is to end, failed, or never was there."""


class Candidate(Protocol):
    """An instance, as far as it matters here."""

    turn: int
    """When it was picked the last time, as a number that grows; 0 before that."""

    @property
    def fitness(self) -> Fitness:
        """See Fitness."""
        ...

    @property
    def in_flight(self) -> int:
        """How many calls it has not answered yet."""
        ...


C = TypeVar("C", bound=Candidate)

LEAST_IN_FLIGHT = "least-in-flight"
ROUND_ROBIN = "round-robin"
# The calls of one server may take a millisecond or a minute. Taking turns would queue some behind the long ones while
# another instance has nothing to do; and where all calls are quick, those with the fewest take turns too.
DEFAULT = LEAST_IN_FLIGHT

ORDERS: Mapping[str, Callable[[Candidate], tuple[int, int]]] = {
    LEAST_IN_FLIGHT: lambda one: (one.in_flight, one.turn),
    ROUND_ROBIN: lambda one: (one.turn, 0),
}
"""How equally fit instances are put in order, the next one first."""


class Balance:
    """Spreads the calls of one server."""

    def __init__(self, order: str = DEFAULT) -> None:
        """order: a key of ORDERS."""
        self._order = ORDERS[order]
        self._turns = itertools.count(1)

    def pick(self, candidates: Iterable[C], *, without: C | None = None) -> C | None:
        """The next of the fittest, but never `without`; None if all others are OUT."""
        able = [one for one in candidates if one is not without and one.fitness is not Fitness.OUT]
        if not able:
            return None
        best = min(able, key=lambda one: (one.fitness, self._order(one)))
        best.turn = next(self._turns)
        return best
