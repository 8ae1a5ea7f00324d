"""What a client that listens is sent, from several sources in the order in which it comes."""

import asyncio
from collections.abc import AsyncIterator

# What a client has not read yet; past it what is said is lost, rather than kept for one that may never read it.
MAX_UNREAD = 1_000


class Mail:
    """Lines that wait for a client's stream."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[bytes] = asyncio.Queue(MAX_UNREAD)

    def put(self, line: bytes) -> None:
        """Have it sent. Does not wait."""
        if not self._lines.full():
            self._lines.put_nowait(line)

    async def with_news(self, news: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The lines of `news` and what is put here, as they come, without an end."""
        reading = asyncio.create_task(self._read(news))
        try:
            while True:
                yield await self._lines.get()
        finally:
            reading.cancel()

    async def _read(self, news: AsyncIterator[bytes]) -> None:
        async for line in news:
            self.put(line)
