"""What the links to remote servers share: how they end, and what is a message to whom."""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec import Raw

from hub_launch.run.messages import Message, fields_of, raw

OnMessage = Callable[[Message], None]
"""Told what a server says unasked: its notifications, and its requests. Must not wait."""

OnProgress = Callable[[Raw], None]
"""Told the parameters of each progress notification of one request. Must not wait."""

# JSON-RPC's own codes, for what HTTP says instead of an answer; those that the MCP SDK gives its callers, who tell the
# eras of the protocol apart by them.
METHOD_NOT_FOUND = -32601
INVALID_REQUEST = -32600
INTERNAL_ERROR = -32603
PARSE_ERROR = -32700
CONNECTION_CLOSED = -32000


class LinkGone(Exception):
    """The server cannot be asked: it is not reached, knows the session no longer, or wants to know who asks.

    The link may be used again, beginning with a new handshake. reason and hint are for people, without secrets.
    """

    def __init__(self, reason: str, hint: str = "", *, needs_sign_in: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.needs_sign_in = needs_sign_in


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


def progress_of(message: Message) -> int | None:
    """The number under which the progress of a request is reported, if that is what the message does."""
    if message.method != "notifications/progress":
        return None
    token = bytes((fields_of(message.params) or {}).get("progressToken", b""))
    return int(token) if token.isdigit() else None
