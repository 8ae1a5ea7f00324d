"""What supervision acts with."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hub_launch.plan import Launch
from hub_launch.run.backend import Backend, Behalf
from hub_launch.run.connection import ChildEvents
from hub_launch.run.observing import Observers
from hub_launch.run.offer import Offer
from hub_launch.run.probes import Clocks, boot_clock
from hub_launch.run.queue import StartQueue
from hub_launch.run.restart import Failures
from hub_launch.run.selection import SHOW_ALL, Selection

Prepare = Callable[[Launch, Callable[[str], None]], Awaitable[Launch]]
"""What is to be started in the place of a planned launch, which may have to be installed first.

Its second argument hears what is waited for. Raises HubError; it is asked before every start, and must be quick when
there is nothing to do.
"""


Judge = Callable[[str, Offer, str], str]
"""Why the server of that id may not serve what it offers to clients that can that; empty if it may.

The last is named as by hub_launch.run.abilities. Asked in a thread. Raises HubError.
"""


async def as_planned(launch: Launch, tell: Callable[[str], None]) -> Launch:
    """Prepare nothing; see Prepare."""
    return launch


class Connect(Protocol):
    """See Backend."""

    def __call__(
        self, launch: Launch, log: Path, events: ChildEvents, era: str | None, *, behalf: Behalf | None = None
    ) -> Backend:
        """A backend that connects nothing yet."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What supervision acts with; tests replay histories with others."""

    connect: Connect = Backend
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    failures: Callable[[], Failures] = Failures
    prepare: Prepare = as_planned
    queue: Callable[[], StartQueue] = StartQueue
    judge: Judge | None = None
    selection: Selection = SHOW_ALL
    boot_clock: Callable[[], float] = boot_clock
    chance: Callable[[], float] = random.random
    observers: Observers = ()
    """Hear of what is asked of servers; see also `connect`, for what is started."""

    @property
    def clocks(self) -> Clocks:
        """What time it is for probes."""
        return Clocks(self.clock, self.boot_clock, self.sleep, self.chance)


MEANS = Means()
