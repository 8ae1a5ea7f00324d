"""A connection to one server, over which requests go as bytes."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Raw

from hub_launch.run.messages import Message

OnProgress = Callable[[Raw], None]
"""Told the parameters of each progress notification. Must not wait: the server's other answers are behind it."""

OnMessage = Callable[[Message], None]
"""Told what a server says of its own accord. Must not wait either."""


class LinkGone(Exception):
    """The connection ended before the answer came. The text says how; safe to print."""

    def __init__(self, text: str = "the connection closed") -> None:
        super().__init__(text)


class Link(Protocol):
    """See StdioLink and HttpLink."""

    protocol_version: str | None
    """What both sides agreed on; None before the handshake is over."""

    @property
    def gone(self) -> bool:
        """Whether nothing will be answered any more."""
        ...

    async def request(self, method: str, params: Raw, on_progress: OnProgress | None = None) -> Message:
        """The server's response. Raises LinkGone; a caller that stops waiting cancels the request at the server.

        With `on_progress`, the parameters' `_meta` gets a token of the link's own, under which the server reports.
        """
        ...

    async def notify(self, method: str, params: Raw) -> None:
        """Tell the server something. Raises LinkGone."""
        ...

    async def wait_gone(self) -> None:
        """Wait until nothing will be answered any more."""
        ...
