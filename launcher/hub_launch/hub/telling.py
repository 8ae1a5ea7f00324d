"""What a client is told before an answer: in order, by a task that there is only while there is something to tell."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

# Notifications that a client has not read yet; later ones are dropped, rather than kept for a client that may never
# read them.
MAX_UNREAD = 1_000


class Telling:
    """Lines on their way to a client that reads them in its own time."""

    def __init__(self, write: Callable[[bytes], Awaitable[None]]) -> None:
        """`write` sends a line, when there is room for it."""
        self._write = write
        self._lines: deque[bytes] | None = None
        self._task: asyncio.Task[None] | None = None

    def tell(self, line: bytes) -> None:
        """Have a line sent. Does not wait."""
        if self._lines is None:
            self._lines = deque()
        if len(self._lines) < MAX_UNREAD:
            self._lines.append(line)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._tell(self._lines))

    async def all_told(self) -> None:
        """Wait until everything was sent."""
        if self._task:
            await self._task

    def stop(self) -> None:
        """Send no more."""
        if self._task:
            self._task.cancel()

    async def _tell(self, lines: deque[bytes]) -> None:
        while lines:
            await self._write(lines.popleft())
