"""The hub on its own standard input and output, for a client that started it.

The SDK's transport reads in a thread that nothing can interrupt, so that a signal would wait for the client's next
line. Here both ends are threads that the process does not wait for.
"""

import asyncio
import concurrent.futures
import contextlib
import os
import queue
import threading
from collections.abc import Iterator
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastmcp import FastMCP
from fastmcp.server.context import reset_transport, set_transport
from mcp.shared.message import SessionMessage

from hub_launch.hub.desk import Desk
from hub_launch.hub.fastpipe import FastPipe
from hub_launch.run.messages import read_message
from hub_launch.run.stdio import parse_message, read_lines

_CHUNK_BYTES = 64 * 1024
# Chunks read ahead of what is being served; past them the client's writes wait.
_READ_AHEAD = 16
# Messages that a client has not read yet; past them those who have more to say wait.
_WRITE_AHEAD = 64
# For the last answers to reach a client that still reads.
_FLUSH_SECONDS = 1.0


async def serve_on_pipes(mcp: "FastMCP[Any]", stdin: int, stdout: int, desk: Desk | None = None) -> None:
    """Serve one client on two file descriptors until it closes its end.

    desk: what is answered without `mcp`, alike and faster.
    """
    pipe = _Outgoing(stdout)
    fast = FastPipe(desk, pipe.write) if desk else None
    incoming_send, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, outgoing_receive = anyio.create_memory_object_stream[SessionMessage](0)
    pumps = [
        asyncio.create_task(_pump_in(stdin, incoming_send, fast)),
        asyncio.create_task(_pump_out(pipe, outgoing_receive)),
    ]
    token = set_transport("stdio")
    try:
        async with mcp._lifespan_manager():
            server = mcp._mcp_server
            await server.run(incoming, outgoing, server.create_initialization_options())
    finally:
        reset_transport(token)
        if fast:
            await fast.close()
        outgoing.close()
        await asyncio.wait(pumps, timeout=_FLUSH_SECONDS)
        for pump in pumps:
            pump.cancel()
        for stream in (incoming_send, incoming, outgoing_receive):
            stream.close()


@contextlib.contextmanager
def protocol_stdout() -> Iterator[int]:
    """A descriptor for the protocol; whatever else writes to standard output goes to standard error meanwhile."""
    private = os.dup(1)
    os.dup2(2, 1)
    try:
        yield private
    finally:
        os.dup2(private, 1)
        os.close(private)


async def _pump_in(
    stdin: int, messages: "MemoryObjectSendStream[SessionMessage | Exception]", fast: FastPipe | None
) -> None:
    with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        async with messages:
            async for line in read_lines(_Incoming(stdin)):
                raw = read_message(line)
                if raw and fast and fast.take(raw):
                    continue
                message = parse_message(line)
                # An error and not silence: the client waits for an answer to what it thinks it asked.
                await messages.send(SessionMessage(message) if message else ValueError("not a JSON-RPC message"))


class _Incoming:
    """What arrives on a descriptor, read in a thread of its own."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue(_READ_AHEAD)
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    async def read(self, size: int) -> bytes:
        """The next bytes; empty at the end. Their number is the reading thread's choice."""
        del size
        return await self._arrived.get()

    def _read(self) -> None:
        # os.read and not sys.stdin, whose lock, held by a thread when the process ends, is a fatal error.
        # A closed loop means that the hub has ended: nobody wants the rest.
        with contextlib.suppress(OSError, RuntimeError, concurrent.futures.CancelledError):
            chunk = b"-"
            while chunk:
                chunk = os.read(self._descriptor, _CHUNK_BYTES)
                asyncio.run_coroutine_threadsafe(self._arrived.put(chunk), self._loop).result()


async def _pump_out(outgoing: "_Outgoing", messages: "MemoryObjectReceiveStream[SessionMessage]") -> None:
    async for item in messages:
        await outgoing.write(item.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n")
    await outgoing.flush()


class _Outgoing:
    """Writes to a descriptor in a thread: the event loop never waits for a client that does not read."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Semaphore(_WRITE_AHEAD)
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="stdout", daemon=True)
        self._thread.start()

    async def write(self, line: bytes) -> None:
        """Have a line written; waits while too many are not."""
        await self._room.acquire()
        self._lines.put(line)

    async def flush(self) -> None:
        """Wait a moment for what is not written yet."""
        self._lines.put(b"")
        await asyncio.to_thread(self._thread.join, _FLUSH_SECONDS)

    def _write(self) -> None:
        # A client that is gone reads nothing, and its closed input ends the hub.
        with contextlib.suppress(OSError, RuntimeError):
            while line := self._lines.get():
                while line:
                    line = line[os.write(self._descriptor, line) :]
                self._loop.call_soon_threadsafe(self._room.release)
