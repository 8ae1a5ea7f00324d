"""How long a server has not been used. The time comes in."""

import contextlib
from collections.abc import Awaitable, Callable, Iterator


class Use:
    """The calls of one server that are going on, and when the last one ended."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._users = 0
        self._last = clock()

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """A call goes on while this lasts."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            self._last = self._clock()

    async def idle(self, seconds: float) -> None:
        """Wait until there has been no call for so long, from now on; one that goes on counts however long it takes."""
        self._last = self._clock()
        while (left := self._since() + seconds - self._clock()) > 0:
            await self._sleep(left)

    def _since(self) -> float:
        return self._clock() if self._users else self._last
