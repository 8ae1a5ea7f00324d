"""A connection to one server, over which requests go as bytes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from msgspec import UNSET, Raw

from hub_launch.run.messages import Message, fields_of, number_of, raw

OnProgress = Callable[[Raw], None]
"""Told the parameters of each progress notification. Must not wait: the server's other answers are behind it."""

OnMessage = Callable[[Message], None]
"""Told what a server says of its own accord. Must not wait either."""

OnTold = Callable[[Message], bool]
"""Told what a server says in the course of a request, and says whether that is dealt with. If not, all are told."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request of a server's."""

    method: str
    params: Raw


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to one: a result, or an error object."""

    result: Raw | None = None
    error: Raw | None = None


Answerer = Callable[[Question], Awaitable[Reply]]
"""Answers a question. Cancelled when the server takes it back, or is gone."""

# JSON-RPC's own codes, for what HTTP says instead of an answer; those that the MCP SDK gives its callers, who tell the
# eras of the protocol apart by them.
METHOD_NOT_FOUND = -32601
INVALID_REQUEST = -32600
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
PARSE_ERROR = -32700
CONNECTION_CLOSED = -32000


class LinkGone(Exception):
    """The server cannot be asked: it ended, is not reached, forgot the session, or wants to know who asks.

    A remote's link may be used again, beginning with a new handshake. reason and hint are for people, without secrets.
    """

    def __init__(
        self, reason: str = "the connection closed", hint: str = "", *, needs_sign_in: bool = False, sent: bool = True
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.needs_sign_in = needs_sign_in
        self.sent = sent
        """False where it is certain that the server never saw the request."""


class ProtocolError(Exception):
    """The server does not keep to the protocol, so that nothing can be done with it. The text is safe to print."""


class Unreadable(Exception):
    """The answer came and cannot be read. The text goes on from "it sent an answer that"; safe to print."""


class Link(Protocol):
    """See StdioLink and HttpLink."""

    protocol_version: str | None
    """What both sides agreed on; None before the handshake is over."""

    async def request(
        self,
        method: str,
        params: Raw,
        on_progress: OnProgress | None = None,
        on_told: OnTold | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Message:
        """The server's response. Raises LinkGone; a caller that stops waiting cancels the request at the server.

        With `on_progress`, the parameters' `_meta` gets a token of the link's own, under which the server reports.
        headers: for this request alone, such as `Mcp-Param-*`; a pipe has none.
        on_told: told the other notifications that belong to this request, as far as the connection shows that:
        over HTTP those on the stream of its answer, on pipes those that name it as their subscription.
        """
        ...

    async def notify(self, method: str, params: Raw) -> None:
        """Tell the server something. Raises LinkGone."""
        ...

    def answer_with(self, answerer: Answerer) -> None:
        """Have that answer what the server asks, which nobody does otherwise. To be called before the handshake."""
        ...

    async def close(self) -> None:
        """End the connection. What is under way ends with LinkGone."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request. Seconds, bytes."""

    # A caller has a shorter one; this is for requests that nobody waits for any more.
    answer_seconds: float = 300
    # See MAX_LINE_BYTES of stdio: a result may carry a picture or a file.
    message_bytes: int = 16 * 1024 * 1024
    # For notifications and goodbyes, which no user waits for.
    notice_seconds: float = 10
    # Between an answer and the end of the stream it came on, after which the connection serves the next request.
    drain_seconds: float = 1


LIMITS = Limits()


def problem(number: int, code: int, text: str) -> Message:
    """An answer of ours, where the server has none that can be passed on."""
    return Message("2.0", id=number, error=raw({"code": code, "message": text}))


def is_response(message: Message) -> bool:
    """Whether it answers something."""
    return isinstance(message.result, Raw) or isinstance(message.error, Raw)


def is_news(message: Message) -> bool:
    """Whether it tells something that wants no answer, and does not take a question back."""
    return message.id is UNSET and isinstance(message.method, str) and message.method != "notifications/cancelled"


def progress_of(message: Message) -> int | None:
    """The number under which the progress of a request is reported, if that is what the message does."""
    if message.method != "notifications/progress":
        return None
    return number_of((fields_of(message.params) or {}).get("progressToken"))
