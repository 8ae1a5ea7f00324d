"""MCP over a child's pipes, with bounds: what a child sends may be wrong, but not too much of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from itertools import chain
from typing import Protocol

from msgspec import UNSET, Raw

from hub_launch.run.asking import Asked
from hub_launch.run.link import Answerer, OnMessage, OnProgress, OnTold
from hub_launch.run.messages import Message, read_message
from hub_launch.run.relay import Relay, Writable

# A result may carry a picture or a file; nothing an assistant can use is longer.
MAX_LINE_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
# Of a line that is too long, enough to see which answer it is.
_BEGINNING = 200


class Readable(Protocol):
    """Something bytes come from, such as asyncio.StreamReader."""

    async def read(self, size: int, /) -> bytes:
        """Some bytes, about that many; empty at the end."""
        ...


OnLong = Callable[[bytes], None]
"""Told the beginning of a line that is too long."""


async def read_lines(
    stream: Readable, limit: int = MAX_LINE_BYTES, on_long: OnLong | None = None
) -> AsyncIterator[bytes | None]:
    """The stream's lines without their newline; None in the place of one longer than `limit`.

    on_long: told the beginning of such a line as soon as it is too long, since its end may never come.

    Linear in what is read, and never holds more than `limit` bytes and a chunk. An unfinished last line is dropped:
    its writer died in the middle of it.
    """
    parts: list[bytes] = []
    size = 0
    while chunk := await stream.read(_CHUNK_BYTES):
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            yield b"".join((*parts, end)) if size + len(end) <= limit else None
            parts, size = [], 0
        if on_long and size <= limit < size + len(rest):
            on_long(_beginning(chain(parts, [rest])))
        size += len(rest)
        if size <= limit:
            parts.append(rest)
        else:
            # From here on only the length is counted, to find where the line ends.
            parts.clear()


def _beginning(parts: Iterable[bytes]) -> bytes:
    """The first bytes of a line, however small its parts are and however many."""
    begun = b""
    for part in parts:
        begun += part[: _BEGINNING - len(begun)]
        if len(begun) == _BEGINNING:
            break
    return begun


class StdioLink:
    """The connection to one child, from its start to its end; see Link."""

    def __init__(self, stdout: Readable, stdin: Writable, on_message: OnMessage) -> None:
        """Must be made in the event loop: it begins to read."""
        self.protocol_version: str | None = None
        self.skipped = 0
        """Lines from the child that were no JSON-RPC messages, too long, or answers to nothing."""
        self._relay = Relay(stdin)
        self._on_message = on_message
        self._asked = Asked(self._send)
        self._reading = asyncio.create_task(self._read(stdout))

    async def request(
        self,
        method: str,
        params: Raw,
        on_progress: OnProgress | None = None,
        on_told: OnTold | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Message:
        """See Link."""
        return await self._relay.request(method, params, on_progress, on_told)

    async def notify(self, method: str, params: Raw) -> None:
        """See Link."""
        await self._relay.notify(method, params)

    def answer_with(self, answerer: Answerer) -> None:
        """See Link."""
        self._asked.answer = answerer

    async def wait_gone(self) -> None:
        """Wait until nothing will be answered any more."""
        await self._relay.over.wait()

    async def close(self) -> None:
        """Answer nothing any more."""
        self._relay.fail()
        self._reading.cancel()
        await asyncio.wait({self._reading})
        await self._asked.close()

    async def _read(self, stdout: Readable) -> None:
        try:
            async for line in read_lines(stdout, on_long=self._too_long):
                message = read_message(line)
                if message is None:
                    self.skipped += 1
                    if line:
                        self._relay.take_unreadable(line, "is no JSON, or is nested too deeply", answer=False)
                elif not self._relay.take(message):
                    self._take(message)
        finally:
            self._relay.fail()

    def _too_long(self, beginning: bytes) -> None:
        why = f"is longer than {MAX_LINE_BYTES // 1024**2} MB"
        self._relay.take_unreadable(beginning, why, answer=True)

    def _take(self, message: Message) -> None:
        """What the child says of its own accord."""
        if message.method is UNSET:
            self.skipped += 1
        elif not self._asked.take(message) and message.id is UNSET:
            self._on_message(message)

    async def _send(self, message: bytes) -> None:
        await self._relay.send(message + b"\n")
