"""Starts all servers, a few at a time, and knows the state of each. What one does never stops another."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import Launch
from hub_launch.run.ears import Ears
from hub_launch.run.known import KNOWN_NOTHING, Known
from hub_launch.run.means import MEANS, Means
from hub_launch.run.orders import Orders
from hub_launch.run.selection import Selection
from hub_launch.run.server import OnChange, Server
from hub_launch.run.state import State, Status

# A guard for whoever waits for all: installing and starting have bounds of their own, which these exceed together.
SETTLE_SECONDS = 600

_STOPPED = "it was told to stop"
_REMOVED = "it was taken out of the hub"
_RESTARTED = "it is being restarted"
_START_IT = "`hub-launch restart {}` starts it"


class Supervisor:
    """All servers of a hub. They come and go: whoever keeps one asks `servers` whether it is still that of its id."""

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
        self.ears = Ears()
        """Who hears what servers say of their own accord."""
        self._log_dir = log_dir
        self._means = means
        self._queue = means.queue()
        self._known = known
        self._servers: dict[str, Server] = {}
        self.servers: Mapping[str, Server] = self._servers
        """By id, in the order in which they were added."""
        self._starts: dict[str, asyncio.Task[None]] = {}
        self._leaving: set[Server] = set()
        self._orders = Orders()
        for one in launches:
            self._servers[one.id] = self._made(_pending(one, "others start first"), one)
        for status in unplanned:
            self._servers[status.id] = self._made(status, None)

    def subscribe(self, listener: OnChange) -> None:
        """Have every later change told to `listener` too, also that a server was added or is gone."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Start everything in the background."""
        # Lazy ones last: they are asked only what they offer.
        for server in sorted(self.servers.values(), key=lambda server: server.lazy):
            self._begin(server)

    @property
    def selection(self) -> Selection:
        """Which tools clients are shown."""
        return self._means.selection

    def select(self, selection: Selection) -> None:
        """Show other tools from now on; clients are told."""
        self._means = replace(self._means, selection=selection)
        for server in self.servers.values():
            server.select(selection)

    def without_effect(self) -> list[str]:
        """What the user says of tools and matches none of those that servers were found to offer."""
        return self.selection.unmatched((name, one.tags, one.whole) for name, one in self.servers.items())

    async def settled(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until every start is over, well or badly, but no longer than that."""
        await asyncio.gather(*(server.start_is_over(seconds) for server in self.servers.values()))

    async def close(self) -> None:
        """End all servers at the same time, and whatever is being done with one."""
        self._orders.refuse("the hub is ending")
        for task in self._starts.values():
            task.cancel()
        if self._starts:
            await asyncio.wait(self._starts.values())
        await asyncio.gather(*(server.close() for server in (*self._servers.values(), *self._leaving)))
        await self._orders.over()

    def statuses(self) -> list[Status]:
        """What is known of each, in the order asked for."""
        return [server.status for server in self.servers.values()]

    async def add(self, launch: Launch) -> None:
        """Start one more, in the background. Raises HubError (exit 2) if there is one of that id."""
        await self._orders.carry_out(launch.id, lambda: self._add(launch))

    async def replace(self, launch: Launch) -> None:
        """Start it in the place of the one with its id, whose calls under way may finish; see `Server.stop`.

        Calls wait for the new one. Raises HubError (exit 2) if there is none of that id.
        """
        await self._orders.carry_out(launch.id, lambda: self._replace(launch))

    async def remove(self, name: str) -> None:
        """End the server and forget it; see `Server.stop` for its calls. Raises HubError (exit 2) for an unknown id."""
        await self._orders.carry_out(name, lambda: self._remove(name))

    async def stop(self, name: str) -> None:
        """End the server and keep it, not to be started but by `start_one`. Raises as `remove`."""
        await self._orders.carry_out(name, lambda: self._stop(name, _STOPPED))

    async def start_one(self, name: str) -> None:
        """Start, in the background, a server that is not running; nothing happens to one that is.

        Raises HubError for an unknown id (exit 2), and for a server that could not be planned.
        """
        await self._orders.carry_out(name, lambda: self._start_one(name))

    async def restart(self, name: str) -> None:
        """End the server, and start it again in the background; calls wait for it. Raises as `start_one`."""
        await self._orders.carry_out(name, lambda: self._renew(self._planned(name), _RESTARTED))

    def require_new(self, name: str) -> None:
        """Raise HubError (exit 2) if there is a server of that id."""
        if name in self._servers:
            raise HubError(f"{name} is in this hub already", f"`hub-launch remove {name}` first", ExitCode.USAGE)

    async def _add(self, launch: Launch) -> None:
        self.require_new(launch.id)
        self._put(launch, "it was added")

    async def _replace(self, launch: Launch) -> None:
        old = self._named(launch.id)
        await self._cancel_start(launch.id)
        self._leaving.add(old)
        new = self._servers[launch.id] = self._made(_pending(launch, _RESTARTED), launch)
        self._changed(new.status)
        await self._leave(old)
        self._begin(new)

    async def _remove(self, name: str) -> None:
        await self._stop(name, _REMOVED)
        old = self._servers.pop(name)
        await old.close()
        self._tell(old.status)

    async def _stop(self, name: str, reason: str) -> None:
        server = self._named(name)
        await self._cancel_start(name)
        await server.stop(reason, _START_IT.format(name) if reason == _STOPPED else "")

    async def _start_one(self, name: str) -> None:
        server = self._planned(name)
        if server.status.state in (State.STOPPED, State.FAILED):
            await self._renew(server, "it was told to start")

    async def _renew(self, server: Server, reason: str) -> None:
        await self._cancel_start(server.status.id)
        await server.renew(reason)
        self._begin(server)

    async def _leave(self, old: Server) -> None:
        try:
            await old.stop(_RESTARTED, "")
            await old.close()
        finally:
            self._leaving.discard(old)

    def _put(self, launch: Launch, reason: str) -> None:
        server = self._servers[launch.id] = self._made(_pending(launch, reason), launch)
        self._changed(server.status)
        self._begin(server)

    def _begin(self, server: Server) -> None:
        if not self._orders.refused:
            self._starts[server.status.id] = asyncio.create_task(server.start())

    async def _cancel_start(self, name: str) -> None:
        task = self._starts.pop(name, None)
        if task:
            task.cancel()
            await asyncio.wait([task])

    def _named(self, name: str) -> Server:
        server = self._servers.get(name)
        if server is None:
            raise HubError(f"No server {name!r} is in this hub", self._those_there_are(), ExitCode.USAGE)
        return server

    def _those_there_are(self) -> str:
        return f"there are {', '.join(self._servers)}" if self._servers else "it has none"

    def _planned(self, name: str) -> Server:
        server = self._named(name)
        if server.backend is None:
            raise HubError(server.status.sentence())
        return server

    def _made(self, status: Status, launch: Launch | None) -> Server:
        log = self._log_dir / f"{status.id}.log"
        return Server(status, launch, log, self._changed, self._means, self._queue, self._known, self.ears)

    def _changed(self, status: Status) -> None:
        # What becomes of one that was replaced is nobody's business.
        server = self._servers.get(status.id)
        if server and server.status is status:
            self._tell(status)

    def _tell(self, status: Status) -> None:
        for listener in self._listeners:
            listener(status)


def _pending(launch: Launch, reason: str) -> Status:
    return Status(launch.id, launch.title, launch.kind, State.PENDING, reason)


def failed(server: str, title: str, kind: str, error: HubError) -> Status:
    """The status of a server that could not even be planned."""
    return Status(server, title, kind, State.FAILED, error.message, error.hint)
