"""Our own kinds of servers, forked from one process that has imported what they need; see `children.warm`."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import Any

from hub_launch.children.warm import LENGTH, PROGRAMS
from hub_launch.errors import HubError
from hub_launch.plan import StdioLaunch
from hub_launch.run.process import Child
from hub_launch.run.stdio import MAX_LINE_BYTES

# How our own servers are planned: by module, in the launcher's interpreter.
_START = ("-P", "-m")
_PREFIX = "hub_launch.children."
# What an interpreter itself wants of an environment. Everything else is the child's alone.
_PARENT_ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "SYSTEMROOT", "TMPDIR")
# Read while Python or FastMCP is imported: too late after a fork.
_TOO_LATE = ("PYTHON", "FASTMCP_", "LD_")


def can_fork(launch: StdioLaunch) -> bool:
    """Whether `launch` is one of our own programs in this interpreter, as it is and in no sandbox."""
    argv = launch.argv
    ours = argv[:3] == (sys.executable, *_START) and len(argv) > 3 and argv[3].removeprefix(_PREFIX) in PROGRAMS
    return ours and hasattr(os, "fork") and not any(name.startswith(_TOO_LATE) for name in launch.env)


class Forked:
    """A forked server with the face of `asyncio.subprocess.Process`, as far as `Child` wants it."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.stdout = reader
        self.stdin = writer
        self.returncode: int | None = None
        self._over = asyncio.Event()
        # `Child` closes a process's transport when nothing of it is left.
        self._transport = writer.transport

    async def wait(self) -> int:
        """Wait for its end; the exit code, negative for a signal."""
        await self._over.wait()
        return self.returncode or 0

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def ended(self, code: int) -> None:
        """The parent says that it is over."""
        self.returncode = code
        self._over.set()


class WarmParent:
    """The parent, started with the first server that needs it, and again when it died."""

    def __init__(self, log: Path) -> None:
        """log: for what the parent itself has to say, which is little."""
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._requests: socket.socket | None = None
        self._listening: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._started: deque[asyncio.Future[int]] = deque()
        self._running: dict[int, Forked] = {}

    async def spawn(self, launch: StdioLaunch, log: Path) -> Child:
        """As `Child.spawn`. Raises HubError when the parent cannot fork; the command itself may do all the same."""
        near, far = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=near, limit=MAX_LINE_BYTES)
        log.parent.mkdir(parents=True, exist_ok=True)
        cwd = launch.cwd or str(Path.cwd())
        Path(cwd).mkdir(parents=True, exist_ok=True)
        with far, log.open("ab") as stream:
            offset = stream.tell()
            request = {
                "program": launch.argv[3].removeprefix(_PREFIX),
                "arguments": launch.argv[4:],
                "env": dict(launch.env),
                "cwd": cwd,
            }
            try:
                pid = await self._ask(json.dumps(request).encode(), [far.fileno(), far.fileno(), stream.fileno()])
            except (OSError, asyncio.CancelledError) as error:
                writer.close()
                if isinstance(error, asyncio.CancelledError):
                    raise
                raise HubError(f"{launch.id} cannot be forked: {error}") from error
        forked = self._running[pid] = Forked(pid, reader, writer)
        process: Any = forked
        return Child(launch, process, log, offset)

    async def close(self) -> None:
        """End the parent, and with it what is left of its children."""
        if self._requests:
            self._requests.shutdown(socket.SHUT_RDWR)
        if self._listening:
            await self._listening
        if self._process:
            await self._process.wait()

    async def _ask(self, request: bytes, descriptors: list[int]) -> int:
        async with self._starting:
            if self._requests is None:
                await self._start()
            pid: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._started.append(pid)
            await asyncio.to_thread(self._send, request, descriptors)
        return await pid

    def _send(self, request: bytes, descriptors: list[int]) -> None:
        if self._requests is None:
            raise ConnectionError("there is no parent")
        socket.send_fds(self._requests, [LENGTH.pack(len(request))], descriptors)
        self._requests.sendall(request)

    async def _start(self) -> None:
        self._requests, far = socket.socketpair()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with far, self._log.open("ab") as stream:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *_START,
                f"{_PREFIX}warm",
                stdin=far.fileno(),
                stdout=subprocess.PIPE,
                stderr=stream,
                env={name: os.environ[name] for name in _PARENT_ENVIRONMENT if name in os.environ},
                start_new_session=True,
            )
        self._listening = asyncio.create_task(self._listen(self._process))

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        while process.stdout and (line := await process.stdout.readline()):
            told = json.loads(line)
            if "started" in told:
                asked = self._started.popleft()
                # Whoever gave up has closed the pipes: the server will end by itself.
                if not asked.done():
                    asked.set_result(told["started"])
                # Whoever asked takes note of it before its end is read.
                await asyncio.sleep(0)
            elif forked := self._running.pop(told["ended"], None):
                forked.ended(told["code"])
        # From here on nobody takes requests; the next one starts another parent.
        if self._requests:
            self._requests.close()
            self._requests = None
        while self._started:
            asked = self._started.popleft()
            if not asked.done():
                asked.set_exception(ConnectionError("the parent ended"))
        for forked in self._running.values():
            forked.ended(-signal.SIGKILL)
        self._running.clear()
