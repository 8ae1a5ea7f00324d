"""Keep-alive HTTP/1.1 connections, as cheap as Python can have them: what is measured is the hub, not its client."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools

# Uvicorn and Node close idle connections after 5 s; one that may be closing just now is not used again. Counted from
# when it was last sent on: to who stood still, an answer that is read late seems fresh, on a connection that is closed.
IDLE_SECONDS = 2.0
Headers = list[tuple[bytes, bytes]]


class Broken(Exception):
    """The connection ended before the response did."""


@dataclass(slots=True)
class Response:
    """A whole response."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    @property
    def kind(self) -> bytes:
        """The media type, without parameters."""
        return self.headers.get(b"content-type", b"").partition(b";")[0].strip()


class Connection(asyncio.Protocol):
    """Carries one request at a time."""

    def __init__(self, on_body: Callable[[bytes], None] | None = None) -> None:
        """`on_body` is given the pieces of a body that never ends; else they are collected."""
        self.transport: asyncio.Transport | None = None
        self.closed = False
        self.used = time.monotonic()
        self._on_body = on_body
        self._parser = httptools.HttpResponseParser(self)
        self._response = Response()
        self._waiting: asyncio.Future[Response] | None = None

    @property
    def usable(self) -> bool:
        """Whether a request may be sent on it."""
        return not self.closed and time.monotonic() - self.used < IDLE_SECONDS

    async def send(self, request: bytes) -> Response:
        """Send a request and wait for its response. Cancelled, it closes the connection."""
        assert self.transport is not None  # noqa: S101 (connected before it is used)
        self._response = Response()
        self._waiting = asyncio.get_running_loop().create_future()
        self.used = time.monotonic()
        self.transport.write(request)
        try:
            return await self._waiting
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            self._waiting = None

    def close(self) -> None:
        """End the connection."""
        self.closed = True
        if self.transport:
            self.transport.close()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        # Always one for TCP; uvloop's is no subclass.
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(Broken(f"not HTTP: {error}"))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self.closed = True
        self._fail(Broken(f"the connection was closed: {exc or 'by the hub'}"))

    # httptools

    def on_header(self, name: bytes, value: bytes) -> None:
        """See httptools."""
        self._response.headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """See httptools."""
        self._response.status = self._parser.get_status_code()
        if self._on_body:
            self._finish()

    def on_body(self, body: bytes) -> None:
        """See httptools."""
        if self._on_body:
            self._on_body(body)
        else:
            self._response.body += body

    def on_message_complete(self) -> None:
        """See httptools."""
        if not self._parser.should_keep_alive():
            self.close()
        self._finish()

    def _finish(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(self._response)

    def _fail(self, error: Exception) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(error)


class Pool:
    """Connections to one address, each used again when its request is over."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.path = parts.path or "/"
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._idle: list[Connection] = []

    async def post(self, path: str, headers: Headers, body: bytes) -> Response:
        """The response to a POST. Raises Broken or OSError."""
        return await self.request(b"POST", path, headers, body)

    async def request(self, method: bytes, path: str, headers: Headers, body: bytes = b"") -> Response:
        """The response to a request. Raises Broken or OSError."""
        connection = await self._connection()
        response = await connection.send(self._head(method, path, headers, len(body)) + body)
        if connection.usable:
            self._idle.append(connection)
        return response

    async def stream(self, path: str, on_body: Callable[[bytes], None]) -> Connection:
        """A connection on which a GET is answered without an end. Raises Broken or OSError."""
        connection = await self._connect(on_body)
        response = await connection.send(self._head(b"GET", path, [(b"accept", b"text/event-stream")], 0))
        if response.status != 200:
            connection.close()
            raise Broken(f"GET {path}: {response.status}")
        return connection

    def close(self) -> None:
        """End the idle connections."""
        while self._idle:
            self._idle.pop().close()

    async def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
            connection.close()
        return await self._connect()

    async def _connect(self, on_body: Callable[[bytes], None] | None = None) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(on_body), self._host, self._port)
        return connection

    def _head(self, method: bytes, path: str, headers: Headers, length: int) -> bytes:
        lines = [b"%s %s HTTP/1.1" % (method, path.encode()), b"host: %s:%d" % (self._host.encode(), self._port)]
        if method == b"POST":
            lines.append(b"content-length: %d" % length)
        lines += [b"%s: %s" % header for header in headers]
        return b"\r\n".join(lines) + b"\r\n\r\n"
