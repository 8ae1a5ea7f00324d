"""HTTP on the wire: uvicorn's, with bounds on what a client may make the hub wait for and hold.

httptools refuses what two readers could understand differently (RFC 9112, section 11: request smuggling); it has no
limits of its own on headers, time or connections.
"""

import asyncio
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub_launch.hub.limits import MAX_CONNECTIONS, MAX_SURPLUS
from hub_launch.hub.problem import problem

# A header of an honest client is one packet; slow ones get as long as Apache gives them (mod_reqtimeout: 10 to 20 s).
HEAD_SECONDS = 10.0
# In each such time a body moves on by so much, or the client has gone. A modem from 1995 is faster.
BODY_SECONDS = 10.0
BODY_BYTES = 16 * 1024
# The same for an answer that a client does not fetch.
ANSWER_SECONDS = 30.0
ANSWER_BYTES = 16 * 1024
# nginx allows 32 KB, Apache 8 KB for each of a hundred.
MAX_HEAD_BYTES = 64 * 1024
MAX_HEADERS = 100


class Wire(HttpToolsProtocol):
    """One connection."""

    max_connections = MAX_CONNECTIONS
    """Later ones are told to come again."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._surplus = False
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        # Bytes since the last request or the last look, and since the last that belonged to a body.
        self._fed = self._unstored = 0
        self._in_head = True
        self._whole = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections + MAX_SURPLUS:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        self._surplus = len(self.connections) > self.max_connections
        # Who connects and says nothing.
        self._reading = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._stop_reading()
        self._stop_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._fed += len(data)
        self._unstored += len(data)
        self._whole = False
        super().data_received(data)
        if not self._whole:
            self._incomplete()

    def _incomplete(self) -> None:
        """Some of a request is still to come."""
        if self.transport.is_closing():
            return
        # What is said about a body, between its parts or behind it, is bounded as what stands before it.
        if self._unstored > MAX_HEAD_BYTES or (not self._in_head and len(self.headers) > 2 * MAX_HEADERS):
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._reading is None:
            self._reading = self.loop.call_later(HEAD_SECONDS if self._in_head else BODY_SECONDS, self._too_slow)

    def on_headers_complete(self) -> None:
        """See httptools."""
        self._stop_reading()
        self._in_head = False
        refusal = self._refusal()
        self._fed = self._unstored = 0
        if refusal is None:
            super().on_headers_complete()
            return
        self.app, app = refusal, self.app
        try:
            super().on_headers_complete()
        finally:
            self.app = app

    def _refusal(self) -> ASGIApp | None:
        if self._surplus:
            return _BUSY
        if len(self.headers) > MAX_HEADERS or (self._fed > MAX_HEAD_BYTES and self._head_bytes() > MAX_HEAD_BYTES):
            return _TOO_MUCH
        return None

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        """See httptools."""
        self._unstored = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """See httptools."""
        self._stop_reading()
        self._whole = self._in_head = True
        self._fed = self._unstored = 0
        super().on_message_complete()

    def _too_slow(self) -> None:
        """It took too long, unless a body moves on or it is we who do not read it."""
        self._reading = None
        if self.transport.is_closing():
            return
        answered = self.cycle is not None and self.cycle.response_complete
        waits_for_us = self.flow.read_paused or (self.cycle is not None and self.cycle.waiting_for_100_continue)
        if not self._in_head and not answered and (self._fed >= BODY_BYTES or waits_for_us):
            self._fed = 0
            self._reading = self.loop.call_later(BODY_SECONDS, self._too_slow)
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why, unless something else is being said or was, and hang up."""
        cycle = self.cycle
        if cycle is None or (cycle.response_complete if self._in_head else not cycle.response_started):
            self.transport.write(_last_words(status))
        self.transport.close()

    def pause_writing(self) -> None:
        """See asyncio.Protocol: the client does not fetch what is sent."""
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        """See asyncio.Protocol."""
        self._stop_writing()
        super().resume_writing()

    def _watch_writing(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._writing = self.loop.call_later(ANSWER_SECONDS, self._unread, left)

    def _unread(self, before: int) -> None:
        if before - self.transport.get_write_buffer_size() < ANSWER_BYTES:
            # Closing would wait for what is not fetched.
            self.transport.abort()
        else:
            self._watch_writing()

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None


def wire(connections: int) -> type[Wire]:
    """Makes connections, of which so many are served at a time."""
    return type("Wire", (Wire,), {"max_connections": connections})


def _last_words(status: HTTPStatus) -> bytes:
    words = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-length: 0\r\nconnection: close\r\n"
    more = "retry-after: 1\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
    return f"{words}{more}\r\n".encode()


def _closing(status: HTTPStatus, detail: str) -> ASGIApp:
    refusal = problem(status, detail)
    refusal.headers["connection"] = "close"

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await refusal(scope, receive, send)

    return refuse


_BUSY = _closing(HTTPStatus.SERVICE_UNAVAILABLE, "too many clients are connected; try again in a moment")
_TOO_MUCH = _closing(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    f"a request has at most {MAX_HEADERS} headers, and {MAX_HEAD_BYTES:,} bytes of them",
)
