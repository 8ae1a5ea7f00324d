"""Time limits that do not run while somebody is asked: a person may take longer than any server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator


class Patience:
    """The calls to one server that are going on, and how many questions they wait for."""

    def __init__(self, seconds: float) -> None:
        """seconds: how long a call may take, from its beginning or from the last answer to a question."""
        self._seconds = seconds
        self._limits: set[asyncio.Timeout] = set()
        self._questions = 0

    @contextlib.asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """A call goes on while this lasts. Raises TimeoutError."""
        async with asyncio.timeout(None if self._questions else self._seconds) as limit:
            self._limits.add(limit)
            try:
                yield
            finally:
                self._limits.discard(limit)

    @contextlib.contextmanager
    def question(self) -> Iterator[None]:
        """Somebody is asked while this lasts."""
        self._questions += 1
        self._reschedule()
        try:
            yield
        finally:
            self._questions -= 1
            self._reschedule()

    def _reschedule(self) -> None:
        when = None if self._questions else asyncio.get_running_loop().time() + self._seconds
        for limit in self._limits:
            if not limit.expired():
                limit.reschedule(when)
