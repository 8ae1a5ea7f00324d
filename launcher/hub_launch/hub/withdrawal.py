"""Taking a request back: its client says so, or goes away."""

import asyncio
from collections.abc import Callable

from starlette.types import Receive

# Only requests that take longer are watched for a client that goes away: watching costs a task.
WATCH_AFTER_SECONDS = 0.25


class Withdrawal:
    """Lets a client take back what the task that makes this is doing for it."""

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self._withdrawn = False

    def cancel(self) -> None:
        """The client does not want the answer any more; nothing happens if it is on its way."""
        if self._task:
            self._withdrawn = True
            self._task.cancel()

    def close(self) -> None:
        """There is an answer, which nothing interrupts on its way."""
        self._task = None

    def settle(self) -> bool:
        """Whether the task was cancelled by its client, and by nobody else; it goes on then."""
        return self._withdrawn and self._task is not None and self._task.uncancel() == 0


class Watch:
    """Gives up a request whose client goes away.

    One of the older protocol may only have been cut off: its call goes on, and is not watched.
    """

    def __init__(self, give_up: Callable[[], None], receive: Receive) -> None:
        self._give_up = give_up
        self._receive = receive
        self._task: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(WATCH_AFTER_SECONDS, self._begin)

    def end(self) -> None:
        """There is an answer."""
        self._timer.cancel()
        if self._task:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        await left(self._receive)
        self._give_up()


async def left(receive: Receive) -> None:
    """Wait until the client has gone; what it sends before is not looked at."""
    while (await receive())["type"] != "http.disconnect":
        pass
