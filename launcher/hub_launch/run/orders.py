"""What is done with servers while the hub runs: one thing at a time with each, and to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from hub_launch.errors import HubError


class Orders:
    """Orders about servers. Whoever gave one may leave: it is carried out all the same."""

    def __init__(self) -> None:
        self._latest: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.refused = ""
        """Why nothing more is begun; empty while orders are taken."""

    async def carry_out(self, server: str, order: Callable[[], Awaitable[None]]) -> None:
        """Carry it out when earlier ones about that server are. Raises what it raises, and HubError once refused."""
        task = asyncio.create_task(self._after(self._latest.get(server), order))
        self._latest[server] = task
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, server))
        await asyncio.shield(task)

    def refuse(self, reason: str) -> None:
        """Begin nothing more."""
        self.refused = reason

    async def over(self) -> None:
        """Wait until nothing is being carried out."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _after(self, earlier: "asyncio.Task[None] | None", order: Callable[[], Awaitable[None]]) -> None:
        if earlier:
            await asyncio.wait([earlier])
        if self.refused:
            raise HubError(self.refused)
        await order()

    def _ended(self, server: str, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if self._latest.get(server) is task:
            del self._latest[server]
        if not task.cancelled():
            # Told to whoever waits; nobody may.
            task.exception()
