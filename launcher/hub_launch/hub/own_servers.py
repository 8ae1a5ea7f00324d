"""What all clients of a hub have for themselves: begun when it is first asked for, and ended with its client."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.hub.asking import Party
from hub_launch.hub.own import Own
from hub_launch.run.background import Background
from hub_launch.run.instance import DRAIN_SECONDS
from hub_launch.run.server import Server

# Of all clients together. A child takes some 50 MB, and one for each of a person's assistants is far fewer.
MAX_OWN = 32
# A child whose client neither asked anything for so long, nor has a stream open, ends; the next request starts another.
IDLE_SECONDS = 30 * 60


class OwnServers:
    """Those of all of a hub's clients."""

    def __init__(self) -> None:
        self._most = MAX_OWN
        self._idle_seconds = IDLE_SECONDS
        self._of: dict[Party, dict[str, Own]] = {}
        self._slots: dict[Path, Own] = {}
        self._watching: dict[Own, asyncio.Task[None]] = {}
        self._background = Background()
        self._closing = asyncio.Event()

    def of(self, client: Party, server: Server) -> Own:
        """The client's own; begun if there is none. Raises HubError when there are too many."""
        name = server.status.id
        own = self._of.get(client, {}).get(name)
        if own is None or own.failed() or own.server is not server:
            if own:
                self._end(client, own)
            own = self._begin(client, server)
        return own

    def known(self, client: Party) -> Mapping[str, Own]:
        """Those that a client has, by the server's id."""
        return self._of.get(client, {})

    def end(self, client: Party) -> None:
        """Its session is over: end all that it has, in the background."""
        for own in list(self._of.get(client, {}).values()):
            self._end(client, own)

    def end_all_of(self, server: str) -> None:
        """That server is over for all clients; calls under way may finish."""
        for client, mine in list(self._of.items()):
            if own := mine.get(server):
                self._end(client, own, DRAIN_SECONDS)

    async def close(self) -> None:
        """End all, and wait until nothing is left of them."""
        self._closing.set()
        for client in list(self._of):
            self.end(client)
        await self._background.wait()

    def _begin(self, client: Party, server: Server) -> Own:
        if len(self._slots) >= self._most:
            raise HubError(
                f"server '{server.status.id}' is not started for this session: "
                f"clients have {self._most} servers of their own already, which is the most",
                "end a client that needs none any more",
            )
        log = next(log for number in range(self._most) if (log := _log_of(server, number + 1)) not in self._slots)
        own = self._slots[log] = Own(server, client, log)
        self._of.setdefault(client, {})[server.status.id] = own
        self._watching[own] = self._background.start(self._end_when_idle(client, own))
        return own

    def _end(self, client: Party, own: Own, drain_seconds: float = 0) -> None:
        mine = self._of.get(client, {})
        if mine.get(own.server.status.id) is own:
            del mine[own.server.status.id]
        if not mine:
            self._of.pop(client, None)
        self._background.start(self._close(own, drain_seconds))

    async def _close(self, own: Own, drain_seconds: float) -> None:
        if drain_seconds:
            await self._drained(own, drain_seconds)
        if watching := self._watching.pop(own, None):
            watching.cancel()
        await own.close()
        # Counted until it is gone.
        del self._slots[own.log]

    async def _drained(self, own: Own, seconds: float) -> None:
        """Wait until no call goes on, but not for ever, and not when all is closed."""
        ends = {asyncio.ensure_future(own.use.free()), asyncio.ensure_future(self._closing.wait())}
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in ends:
            task.cancel()

    async def _end_when_idle(self, client: Party, own: Own) -> None:
        await own.use.idle(self._idle_seconds)
        while client.listens:
            await own.use.idle(self._idle_seconds)
        self._watching.pop(own, None)
        self._end(client, own)


def _log_of(server: Server, number: int) -> Path:
    """Each has its own: two that write into one file would rotate it at the same time."""
    return server.log.with_name(f"{server.log.stem}.session-{number}.log")
