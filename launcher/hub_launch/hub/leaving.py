"""A hub that is about to end: who watches it is told, streams end, and the last connections are let go of."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

from starlette.types import Message as Event
from starlette.types import Receive

_GONE: Event = {"type": "http.disconnect"}


class Leaving:
    """How far a hub is on its way out."""

    def __init__(self) -> None:
        self.announced = False
        """Whether it is told to end: it answers as ever, and says that it will not for long."""
        self.closing = asyncio.Event()
        """Set when nobody new is let in: what has no end of its own ends now."""

    def until_closing(self, receive: Receive) -> Receive:
        """Receives the same, and that the client has gone when the hub closes."""

        async def received() -> Event:
            told = asyncio.ensure_future(receive())
            closing = asyncio.create_task(self.closing.wait())
            try:
                await asyncio.wait({told, closing}, return_when=asyncio.FIRST_COMPLETED)
                return told.result() if told.done() else _GONE
            finally:
                told.cancel()
                closing.cancel()

        return received


@contextlib.contextmanager
def twins(listeners: list[socket.socket]) -> Iterator[list[socket.socket]]:
    """Other handles of these sockets, so that they go on listening when whoever served them has closed them."""
    with contextlib.ExitStack() as opened:
        yield [opened.enter_context(one.dup()) for one in listeners]


def waiting_at(listener: socket.socket) -> list[socket.socket]:
    """The connections that nobody took yet; `listener` is closed right after the last.

    Closing it with connections in its queue would reset them, and with them requests that were sent already. What
    connects in the microseconds between the last look and the end is reset still; who is told in time that the hub
    leaves (a load balancer that looks at `/readyz`) does not connect then.
    """
    found = []
    listener.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(listener.accept()[0])
    listener.close()
    return found
