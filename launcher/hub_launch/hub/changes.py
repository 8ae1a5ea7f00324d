"""Telling connected clients that lists have changed: a server came up late, is gone, or is of another mind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Container, Iterator
from typing import Any

from hub_launch.run.changes import NOTIFICATIONS
from hub_launch.run.offer import KINDS
from hub_launch.run.server import Server
from hub_launch.run.state import Status
from hub_launch.run.supervisor import Supervisor

# Servers that come up together are one change: a client lists everything again for each.
TOGETHER_SECONDS = 0.2


class Listener:
    """One client that wants to be told. It is told of what changed since it was told last, and holds up nobody."""

    def __init__(self, servers: Container[str]) -> None:
        self.servers = servers
        self._untold: dict[str, None] = {}
        self._news = asyncio.Event()

    def tell(self, method: str) -> None:
        """Have `method` told, once, however often this is called before."""
        self._untold[method] = None
        self._news.set()

    async def told(self) -> AsyncIterator[str]:
        """The methods of notifications, as they come up."""
        while True:
            await self._news.wait()
            self._news.clear()
            methods, self._untold = self._untold, {}
            for method in methods:
                yield method


class Changes:
    """Compares what is listed before and after each change of state."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._listeners: set[Listener] = set()
        self._before = self._listed()
        self._telling: asyncio.Task[None] | None = None
        supervisor.subscribe(self._changed)

    @contextlib.contextmanager
    def listening(self, servers: Container[str]) -> Iterator[Listener]:
        """A listener for the lists of these servers; see `Desk.everybody`."""
        listener = Listener(servers)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def _changed(self, _: Status) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(TOGETHER_SECONDS)
        before, self._before = self._before, self._listed()
        # Servers come and go meanwhile.
        for server in {**before, **self._before}:
            old, now = before.get(server, {}), self._before.get(server, {})
            for capability, method in NOTIFICATIONS.items():
                if now.get(capability) != old.get(capability):
                    for listener in self._listeners:
                        if server in listener.servers:
                            listener.tell(method)

    def _listed(self) -> dict[str, dict[str, Any]]:
        """What clients see of each server, by the capability to which it belongs."""
        return {name: _seen(server) for name, server in self._supervisor.servers.items()}


def _seen(server: Server) -> dict[str, Any]:
    if not server.listed:
        return {}
    seen: dict[str, Any] = {}
    for field, kind in KINDS.items():
        if definitions := getattr(server.offer, field):
            seen[kind.capability] = (*seen.get(kind.capability, ()), *definitions)
    if "tools" in seen:
        # Other names, or a search in the place of a list, are news as well.
        seen["tools"] = (server.selection, *seen["tools"])
    return seen
