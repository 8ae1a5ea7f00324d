"""Whoever wants to know what is started and what is asked of servers: an audit log, traces."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Raw

from hub_launch.plan import StdioLaunch
from hub_launch.run.messages import Fields
from hub_launch.run.spawning import Spawn, Spawned

CANCELLED = "cancelled"
"""The outcome of a request whose client gave it up; others are those of hub_launch.hub.outcome, in lower case."""


# Structs and no dataclasses: two of them are made for each call.
class Origin(msgspec.Struct, frozen=True):
    """Where a request came from."""

    who: str | None = None
    """What they proved of themselves; see hub_launch.hub.door."""
    address: str = ""
    """Theirs; empty for a client on a pipe."""
    info: Raw | None = None
    """What a client of the older protocol said of itself; others say it with each request."""
    session: bytes = b""
    modern: bool = False
    number: int | str | None = None
    """Of its request."""
    headers: Sequence[tuple[bytes, bytes]] = ()

    def kept(self) -> "Origin":
        """Without the headers, for whoever keeps it."""
        return Origin(self.who, self.address, self.info, self.session, self.modern, self.number)


class Asked(msgspec.Struct, frozen=True):
    """A request on its way to a server."""

    server: str
    method: str
    params: Fields
    """With the server's own name for what it is about."""
    origin: Origin | None
    """None where that is not known, for requests that FastMCP passes on."""


class Answered(Protocol):
    """What one observer keeps of a request until it is over."""

    params: Fields
    """What the server is to be sent."""

    def over(self, outcome: str) -> None:
        """It is over: `done`, CANCELLED, or what else became of it."""
        ...


class Observer(Protocol):
    """Hears of everything. It must not wait, must not raise, and should take no longer than a call does not notice."""

    def started(self, launch: StdioLaunch) -> None:
        """A process is started for it, with exactly that command."""
        ...

    def asked(self, asked: Asked) -> Answered:
        """A request is passed on."""
        ...


Observers = Sequence[Observer]


class Watch:
    """One request, as all observers see it."""

    def __init__(self, observers: Observers, asked: Asked) -> None:
        self._answered: list[Answered] = []
        for observer in observers:
            one = observer.asked(asked)
            if one.params is not asked.params:
                asked = Asked(asked.server, asked.method, one.params, asked.origin)
            self._answered.append(one)
        self.params = asked.params
        """What the server is sent: what the client sent, and what observers want the server to know."""

    def over(self, outcome: str) -> None:
        """It is over."""
        for one in reversed(self._answered):
            one.over(outcome)


def observed(spawn: Spawn, observers: Observers) -> Spawn:
    """Starts launches as `spawn` does, and tells `observers`."""

    async def spawning(launch: StdioLaunch, log: Path) -> Spawned:
        for observer in observers:
            observer.started(launch)
        return await spawn(launch, log)

    return spawning if observers else spawn
