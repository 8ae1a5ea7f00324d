"""HTTP responses that are read within bounds, as they come."""

import asyncio
import contextlib
import zlib
from collections.abc import AsyncGenerator, Callable
from http import HTTPStatus

import httpcore2

from hub_launch.run.addresses import Refused
from hub_launch.run.link import Limits

# Drained so that its connection can be used again; a longer text than this is not worth it.
MAX_PROBLEM_BYTES = 64 * 1024

_GZIP = zlib.MAX_WBITS | 16

HTTP_ERRORS = (
    Refused,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
)
"""What `Exchange.failed` has words for."""


class TooLong(Exception):
    """A body that is longer than the limit, or would be if it were unpacked."""


class Answer:
    """A response whose body is not read yet."""

    def __init__(self, response: httpcore2.Response, limits: Limits) -> None:
        self.status = response.status
        self.ended = False
        """Whether the body was read to its end."""
        self._response = response
        self._limits = limits
        # An asynchronous generator; left suspended, it would keep its connection until it is collected.
        self._chunks: AsyncGenerator[bytes, None] = aiter(response.stream)  # type: ignore[arg-type]
        self._unpack = _unpacker(self.header(b"content-encoding").strip().lower(), limits.message_bytes)

    def header(self, name: bytes) -> bytes:
        """A header's value, by its name in lower case; empty without it."""
        return next((value for key, value in self._response.headers if key.lower() == name), b"")

    @property
    def kind(self) -> bytes:
        """The media type, in lower case and without parameters."""
        return self.header(b"content-type").partition(b";")[0].strip().lower()

    async def next_chunk(self) -> bytes | None:
        """Some of the body, unpacked; None at its end. Raises TooLong, and what httpcore2 raises."""
        try:
            chunk = await anext(self._chunks)
        except StopAsyncIteration:
            self.ended = True
            return None
        return self._unpack(chunk) if self._unpack else chunk

    async def read(self, limit: int) -> bytes:
        """The whole body. Raises TooLong, and what httpcore2 raises."""
        parts: list[bytes] = []
        size = 0
        while (chunk := await self.next_chunk()) is not None:
            size += len(chunk)
            if size > limit:
                raise TooLong
            parts.append(chunk)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def close(self) -> None:
        """Let go of the connection; it is closed unless the body was read to its end."""
        await self._chunks.aclose()
        await self._response.aclose()

    async def drain(self) -> None:
        """Wait for the body's end, and let go of the connection; not for long, and nothing of it is kept."""
        try:
            with contextlib.suppress(TimeoutError, TooLong, *HTTP_ERRORS):
                async with asyncio.timeout(self._limits.drain_seconds):
                    await self.read(MAX_PROBLEM_BYTES)
        finally:
            await self.close()


def _unpacker(encoding: bytes, limit: int) -> Callable[[bytes], bytes] | None:
    if encoding in (b"", b"identity"):
        return None
    if encoding not in (b"gzip", b"x-gzip"):
        raise httpcore2.RemoteProtocolError("it packed its answer in a way that nobody asked for")
    inflater = zlib.decompressobj(_GZIP)

    def unpack(chunk: bytes) -> bytes:
        nonlocal inflater
        unpacked = b""
        while chunk:
            if inflater.eof:
                # One packed text may follow another (RFC 1952, 2.2); what is none is not kept, however much comes.
                inflater = zlib.decompressobj(_GZIP)
            try:
                # Bounded for each chunk, so that a small one cannot become gigabytes before they are counted.
                unpacked += inflater.decompress(chunk, limit + 1 - len(unpacked))
            except zlib.error as error:
                raise httpcore2.RemoteProtocolError("what it packed cannot be unpacked") from error
            if inflater.unconsumed_tail or len(unpacked) > limit:
                raise TooLong
            chunk = inflater.unused_data
        return unpacked

    return unpack


def phrase(status: int) -> str:
    """A status with its usual name."""
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"
