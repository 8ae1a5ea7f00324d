"""A Python module served inside the hub's process, with the face of a child process.

It has a thread and an event loop of its own: what blocks, raises or calls `sys.exit` there ends that server alone. It
shares memory, environment and rights with the hub all the same, which is what the user agreed to.
"""

import asyncio
import contextlib
import socket
import threading
from pathlib import Path
from typing import Any

from hub_launch.children.module import LoadError, load_server
from hub_launch.errors import HubError
from hub_launch.plan import StdioLaunch
from hub_launch.run.process import EOF_SECONDS, TERMINATE_SECONDS
from hub_launch.run.stdio import MAX_LINE_BYTES
from hub_launch.text import printable, redact

# Exit codes as the program `hub_launch.children.module` has them, in the place of which this stands.
ENDED = 0
FAILED = 1


class InProcessChild:
    """A started server: the face of `run.process.Child`, bytes on a socket pair in the place of two pipes."""

    def __init__(self, launch: StdioLaunch, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.ended_because = ""
        self.stdin = writer
        self.stdout = reader
        self._launch = launch
        self._words = ""
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._serving: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None

    @classmethod
    async def spawn(cls, launch: StdioLaunch, log: Path) -> "InProcessChild":
        """Start the launch's module. `log` gets what ends it; its own prints go where the hub's go.

        Raises HubError when the launch is not one of these.
        """
        if launch.inside is None:
            raise HubError(f"{launch.id} runs in a process of its own")
        near, far = socket.socketpair()
        child = cls(launch, *await asyncio.open_connection(sock=near, limit=MAX_LINE_BYTES))
        # A daemon: one that never ends must not keep the hub from ending.
        threading.Thread(target=child._run, args=(far, log), name=f"server {launch.id}", daemon=True).start()
        return child

    @property
    def exit_code(self) -> int | None:
        """0 for one that ended by itself, 1 for one that failed, None while it runs."""
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        """Wait for the server to end by itself."""
        return await asyncio.shield(self._ended)

    async def close(self) -> None:
        """End the server: its input ends, then it is cancelled. Takes 4 s at the most; a thread cannot be killed."""
        with contextlib.suppress(OSError):
            self.stdin.write_eof()
        if not await self._is_over(EOF_SECONDS) and self._serving:
            loop, task = self._serving
            with contextlib.suppress(RuntimeError):  # closed in this moment
                loop.call_soon_threadsafe(task.cancel)
            await self._is_over(TERMINATE_SECONDS)
        self.stdin.close()

    def memory(self) -> int | None:
        """See Spawned: it is the hub's own."""
        return None

    def last_words(self) -> str:
        """Why it ended, safe to print, without secrets; empty when it did well."""
        return printable(redact(self._words, self._launch.secrets))

    async def _is_over(self, seconds: float) -> bool:
        await asyncio.wait([self._ended], timeout=seconds)
        return self._ended.done()

    def _run(self, far: socket.socket, log: Path) -> None:
        """All that happens in the thread."""
        code = ENDED
        try:
            asyncio.run(self._serve(far))
        except asyncio.CancelledError:
            pass
        except BaseException as error:
            code, self._words = FAILED, _told(error)
            with contextlib.suppress(OSError):
                log.parent.mkdir(parents=True, exist_ok=True)
                with log.open("a", encoding="utf-8") as stream:
                    stream.write(f"{self.last_words()}\n")
        finally:
            far.close()
            with contextlib.suppress(RuntimeError):  # the hub has ended
                self._loop.call_soon_threadsafe(self._set_ended, code)

    def _set_ended(self, code: int) -> None:
        if not self._ended.done():
            self._ended.set_result(code)

    async def _serve(self, far: socket.socket) -> None:
        task = asyncio.current_task()
        if self._launch.inside is None or task is None:
            return
        self._serving = (asyncio.get_running_loop(), task)
        server = await load_server(self._launch.inside.module, self._launch.inside.entrypoint)
        reader, writer = await asyncio.open_connection(sock=far, limit=MAX_LINE_BYTES)
        try:
            await _serve_on(server, reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _serve_on(server: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What FastMCP's own `run_stdio_async` does, with other streams.

    The names with an underscore are FastMCP's and the SDK's own, as FastMCP's in-memory transport uses them; a test
    fails when they move.
    """
    from mcp.server.stdio import stdio_server

    lowlevel = getattr(server, "_mcp_server", None) or server._lowlevel_server
    lifespan = getattr(server, "_lifespan_manager", contextlib.nullcontext)
    incoming: Any = _Incoming(reader)
    outgoing: Any = _Outgoing(writer)
    async with lifespan(), stdio_server(incoming, outgoing) as (received, sent):
        await lowlevel.run(received, sent, lowlevel.create_initialization_options())


class _Incoming:
    """The lines of a stream as text, as `stdio_server` wants them."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    def __aiter__(self) -> "_Incoming":
        return self

    async def __anext__(self) -> str:
        line = await self._reader.readline()
        if not line:
            raise StopAsyncIteration
        return line.decode(errors="replace")


class _Outgoing:
    """A stream that takes text."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def write(self, text: str) -> None:
        self._writer.write(text.encode())

    async def flush(self) -> None:
        # A hub that is closing reads no more.
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()


def _told(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) if isinstance(error, LoadError) else f"{type(error).__name__}: {error}"
