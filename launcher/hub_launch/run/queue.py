"""Who may start now: a few servers at a time, and those that somebody waits for first.

Their priority is left alone. A nice value cannot be taken back without privileges, and means nothing between sessions
where Linux groups them (autogroup). A group's can be taken back; with starts bounded it made the hub's slowest answers
a third quicker (10 to 7 ms), and on a busy machine starts two to three times as slow.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable

# A start keeps a core busy but for the moments in which hub and server wait for each other, or for the disk: a second
# one fills these. All at once would have the first there as late as the last, and leave the hub less time to answer.
SLOTS = 2 * (os.cpu_count() or 1)
# A call need not wait for those that nobody waits for.
URGENT_SLOTS = 1
# Who needs longer waits for something else than the processor, a server that hangs above all: the next one may start.
HELD_SECONDS = 3.0


class StartQueue:
    """Turns to start: first come, first served, but for those in a hurry."""

    def __init__(self, slots: int = SLOTS, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """slots: how many may start at once."""
        self._slots = slots
        self._sleep = sleep
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._urgent: set[str] = set()
        self._starting: set[str] = set()

    @property
    def full(self) -> bool:
        """Whether somebody who asks for a turn now has to wait for it, unless in a hurry."""
        return len(self._starting) >= self._slots

    @contextlib.asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """The turn of the server `name`. Others follow when it is over, or has taken HELD_SECONDS."""
        mine = self._waiting[name] = asyncio.get_running_loop().create_future()
        self._admit()
        limit = None
        try:
            await mine
            limit = asyncio.create_task(self._limit(name))
            yield
        finally:
            if limit:
                limit.cancel()
            self._waiting.pop(name, None)
            self._urgent.discard(name)
            self._end(name)

    def hurry(self, name: str) -> None:
        """Somebody waits for the server `name`: its turn comes first, also if it has not asked for one yet."""
        self._urgent.add(name)
        self._admit()

    def _admit(self) -> None:
        """Let in as many as there is room for."""
        for name in sorted(self._waiting, key=lambda one: one not in self._urgent):
            if len(self._starting) >= self._slots + (URGENT_SLOTS if name in self._urgent else 0):
                return
            waiting = self._waiting.pop(name)
            if not waiting.done():
                waiting.set_result(None)
                self._starting.add(name)

    async def _limit(self, name: str) -> None:
        await self._sleep(HELD_SECONDS)
        self._end(name)

    def _end(self, name: str) -> None:
        self._starting.discard(name)
        self._admit()
