"""Starts all servers, a few at a time, and knows the state of each. What one does never stops another."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Launch
from hub_launch.run.known import KNOWN_NOTHING, Known
from hub_launch.run.server import MEANS, Means, OnChange, Server
from hub_launch.run.state import State, Status

# A guard for whoever waits for all: installing and starting have bounds of their own, which these exceed together.
SETTLE_SECONDS = 600


class Supervisor:
    """All servers of a hub."""

    def __init__(
        self,
        launches: Sequence[Launch],
        unplanned: Sequence[Status],
        log_dir: Path,
        on_change: OnChange,
        means: Means = MEANS,
        known: Known = KNOWN_NOTHING,
    ) -> None:
        """Take charge of `launches`; `unplanned` are servers known to have failed already.

        known: what servers offered the last time.
        """
        self._listeners: list[OnChange] = [on_change]
        waits = "others start first"
        pending = [Status(one.id, one.title, one.kind, State.PENDING, waits) for one in launches]
        plans: list[tuple[Status, Launch | None]] = [
            *zip(pending, launches, strict=True),
            *((status, None) for status in unplanned),
        ]
        queue = means.queue()
        self.servers: Mapping[str, Server] = {
            status.id: Server(status, launch, log_dir / f"{status.id}.log", self._changed, means, queue, known)
            for status, launch in plans
        }
        self._starts: list[asyncio.Task[None]] = []

    def subscribe(self, listener: OnChange) -> None:
        """Have every later change told to `listener` too."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Start everything in the background."""
        # Lazy ones last: they are asked only what they offer.
        servers = sorted(self.servers.values(), key=lambda server: server.lazy)
        self._starts = [asyncio.create_task(server.start()) for server in servers]

    async def settled(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until every start is over, well or badly, but no longer than that."""
        await asyncio.gather(*(server.start_is_over(seconds) for server in self.servers.values()))

    async def close(self) -> None:
        """End all servers at the same time."""
        for task in self._starts:
            task.cancel()
        if self._starts:
            await asyncio.wait(self._starts)
        await asyncio.gather(*(server.close() for server in self.servers.values()))

    def statuses(self) -> list[Status]:
        """What is known of each, in the order asked for."""
        return [server.status for server in self.servers.values()]

    def _changed(self, status: Status) -> None:
        for listener in self._listeners:
            listener(status)


def failed(server: str, title: str, kind: str, error: HubError) -> Status:
    """The status of a server that could not even be planned."""
    return Status(server, title, kind, State.FAILED, error.message, error.hint)
