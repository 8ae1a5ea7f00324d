"""What happens to a hub besides good calls and kills.

To add one: a file with an `act`, and a line in DISTURBANCES. What it finds wrong it raises as Fault; what it leaves
behind, `Scene` must know of.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from soaking.disturbances import (
    bodies,
    garbage,
    halves,
    hostile,
    leaving,
    orders,
    refreshes,
    reloads,
    rest,
    sessions,
    slow,
    strangers,
    streams,
)
from soaking.scene import Scene


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One of them."""

    act: Callable[[Scene, Random], Awaitable[str]]
    """Do it once. Returns in a word or two what was done. Raises Fault."""
    seconds: float
    """Between two, about, in a long run. A short one has each once or twice."""


DISTURBANCES = {
    "reload": Disturbance(reloads.act, 20),
    "refresh": Disturbance(refreshes.act, 20),
    "order": Disturbance(orders.act, 30),
    "REST": Disturbance(rest.act, 1),
    "hostile server": Disturbance(hostile.act, 20),
    "slow reader": Disturbance(slow.act, 10),
    "half a request": Disturbance(halves.act, 5),
    "leaving": Disturbance(leaving.act, 2),
    "too large": Disturbance(bodies.act, 15),
    "stranger": Disturbance(strangers.act, 2),
    "garbage": Disturbance(garbage.act, 2),
    "idle stream": Disturbance(streams.act, 2),
    "sessions left open": Disturbance(sessions.act, 10),
}
