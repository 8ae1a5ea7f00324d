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
from collections.abc import Callable, Iterator

from hub_launch.hub.behind import Behind, Write
from hub_launch.hub.fastpipe import FastPipe
from hub_launch.hub.full import Full
from hub_launch.run.link import PARSE_ERROR
from hub_launch.run.messages import is_misnumbered, raw, read_message
from hub_launch.run.stdio import read_lines

_CHUNK_BYTES = 64 * 1024
# Chunks read ahead of what is being served; past them the client's writes wait.
_READ_AHEAD = 16
# Messages that a client has not read yet; past them those who have more to say wait.
_WRITE_AHEAD = 64
_PARSE_ERROR = {"code": PARSE_ERROR, "message": "not a JSON-RPC message"}
_NO_MESSAGE = bytes(raw({"jsonrpc": "2.0", "id": None, "error": _PARSE_ERROR})) + b"\n"
# For the last answers to reach a client that still reads.
_FLUSH_SECONDS = 1.0


async def serve_on_pipes(full: Full, fast: Callable[[Write], FastPipe] | None, stdin: int, stdout: int) -> None:
    """Serve one client on two file descriptors until it closes its end.

    fast: makes what answers without FastMCP, given what writes a line to the client.
    """
    pipe = _Outgoing(stdout)
    front = fast(pipe.write) if fast else None
    behind = Behind(full, pipe.write, front)
    try:
        async for line in read_lines(_Incoming(stdin)):
            message = read_message(line)
            if message is None and line is not None and not line.strip():
                continue
            if message is None or (message.id is None and is_misnumbered(line or b"")):
                # An error and not silence: the client waits for an answer to what it thinks it asked.
                await pipe.write(_NO_MESSAGE)
            elif not (front and front.take(message)):
                await behind.take(line or b"", message)
    finally:
        if front:
            await front.close()
        await behind.close()
        await pipe.flush()


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
