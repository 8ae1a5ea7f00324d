"""How long a server has not been used, and when nobody uses it. The time comes in."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator


class Use:
    """The calls of one server that are going on, and when the last one ended."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._clock = clock
        self._sleep = sleep
        self.users = 0
        """How many are going on."""
        self._last = clock()
        self._left: asyncio.Event | None = None

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """A call goes on while this lasts."""
        self.users += 1
        try:
            yield
        finally:
            self.users -= 1
            self._last = self._clock()
            if self._left and not self.users:
                self._left.set()

    async def free(self) -> None:
        """Wait until no call goes on."""
        while self.users:
            self._left = asyncio.Event()
            await self._left.wait()

    async def idle(self, seconds: float) -> None:
        """Wait until there has been no call for so long, from now on; one that goes on counts however long it takes."""
        self._last = self._clock()
        while (left := self._since() + seconds - self._clock()) > 0:
            await self._sleep(left)

    def _since(self) -> float:
        return self._clock() if self.users else self._last
