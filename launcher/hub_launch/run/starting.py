"""Starting a child: what it inherits, what is wrong with its program, and its pipes in the event loop."""

import asyncio
import contextlib
import errno
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Protocol, cast

from hub_launch.plan import StdioLaunch
from hub_launch.run.limits import limited
from hub_launch.run.processes import MARK
from hub_launch.settings import make_folder

# Linux reads no further (BINPRM_BUF_SIZE).
_LONGEST_SHEBANG = 256
# For the last of what a program wrote to be read after it ended, where another still holds its pipe.
_PIPE_SECONDS = 1.0


class Started(Protocol):
    """A process that was started."""

    pid: int
    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader

    @property
    def returncode(self) -> int | None:
        """The exit code (negative: the signal that ended it), or None while it runs."""
        ...

    async def wait(self) -> int:
        """Wait until it ended, and what it wrote is here."""
        ...

    def close(self) -> None:
        """Let go of the pipes."""
        ...


async def start(launch: StdioLaunch, stderr: int, mark: str) -> Started:
    """The launch's command, in a session of its own and within limits. Raises OSError, ValueError or HubError."""
    _require_program(launch.argv[0])
    if launch.cwd:
        make_folder(Path(launch.cwd))
    env = {**launch.env, MARK: mark}
    if sys.platform == "win32":
        return _Asyncios(
            await asyncio.create_subprocess_exec(
                *launch.argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
                env=env,
                cwd=launch.cwd,
            )
        )
    # Not asyncio's own: with uvloop that copies the hub's memory for each child (fork), which takes 13 ms in which the
    # hub does nothing else; this does not (vfork), and takes 2.
    process = subprocess.Popen(
        limited(launch.argv),
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=env,
        cwd=launch.cwd,
        start_new_session=True,
    )
    return await _Own.connect(process)


class _Own:
    """A process of `subprocess` with its pipes in the event loop."""

    def __init__(self, process: "subprocess.Popen[bytes]", stdin: "_Pipe", stdout: "_Pipe") -> None:
        self.pid = process.pid
        self.stdin = asyncio.StreamWriter(stdin.transport, stdin, None, asyncio.get_running_loop())
        self.stdout = stdout.reader
        self._process = process
        self._pipes = stdin, stdout
        self._ended = asyncio.Event()
        self._handle: int | None = None
        self._loop = asyncio.get_running_loop()
        self._watch_for_end()

    @classmethod
    async def connect(cls, process: "subprocess.Popen[bytes]") -> "_Own":
        try:
            return cls(process, await _Pipe.for_writing(process.stdin), await _Pipe.for_reading(process.stdout))
        except BaseException:
            # Nobody knows of it yet, so nobody else would end it.
            process.kill()
            process.wait()
            raise

    @property
    def returncode(self) -> int | None:
        return self._process.poll()

    async def wait(self) -> int:
        await self._ended.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._pipes[1].ended.wait(), _PIPE_SECONDS)
        return self._process.wait()

    def close(self) -> None:
        stdin, stdout = self._pipes
        if not stdin.ended.is_set():
            # What it has not read, nobody will.
            stdin.transport.abort()
        stdout.transport.close()
        if self.returncode is not None:
            self._end_seen()

    def _watch_for_end(self) -> None:
        if sys.platform == "linux":
            # Neither before 5.3, nor where Python was built for one.
            with contextlib.suppress(AttributeError, OSError):
                self._handle = os.pidfd_open(self.pid)
        if self._handle is None:
            threading.Thread(target=self._wait_in_thread, name="hub-child", daemon=True).start()
        else:
            self._loop.add_reader(self._handle, self._end_seen)

    def _end_seen(self) -> None:
        self._let_go()
        self._process.poll()
        self._ended.set()

    def _let_go(self) -> None:
        if self._handle is not None:
            self._loop.remove_reader(self._handle)
            os.close(self._handle)
            self._handle = None

    def _wait_in_thread(self) -> None:
        self._process.wait()
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended.set)


class _Pipe(asyncio.StreamReaderProtocol):
    """One end of a pipe. For reading; and for writing too, where it knows whether there is room."""

    transport: asyncio.WriteTransport

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader()
        super().__init__(self.reader)
        self.ended = asyncio.Event()

    @classmethod
    async def for_reading(cls, pipe: IO[bytes] | None) -> "_Pipe":
        return (await asyncio.get_running_loop().connect_read_pipe(cls, pipe and _given_away(pipe)))[1]

    @classmethod
    async def for_writing(cls, pipe: IO[bytes] | None) -> "_Pipe":
        return (await asyncio.get_running_loop().connect_write_pipe(cls, pipe and _given_away(pipe)))[1]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport = cast(asyncio.WriteTransport, transport)

    def eof_received(self) -> bool:
        super().eof_received()
        # Not to be kept open for an answer, as uvloop would: it would learn of the end a second later.
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.ended.set()


def _given_away(pipe: IO[bytes]) -> IO[bytes]:
    """The same pipe, for a loop that closes it some day.

    uvloop closes the number twice, itself and by the file: what another thread opens in between would be closed
    (https://github.com/MagicStack/uvloop/issues/763). So its file is one that leaves the number alone.
    """
    if isinstance(asyncio.get_running_loop(), asyncio.BaseEventLoop):
        return pipe
    with pipe:
        return open(os.dup(pipe.fileno()), pipe.mode, buffering=0, closefd=False)


class _Asyncios:
    """A process of asyncio, for Windows: there its pipes are of a kind of their own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a child is started with pipes")
        self.pid = process.pid
        self.stdin = process.stdin
        self.stdout = process.stdout
        self._process = process

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    async def wait(self) -> int:
        return await self._process.wait()

    def close(self) -> None:
        # asyncio waits for the pipes' ends; one that another process holds open would stay for ever.
        self._process._transport.close()  # type: ignore[attr-defined]


def _require_program(program: str) -> None:
    """Raise the OSError that starting it would: what sets its limits could only say so in its log."""
    path = Path(program)
    if not path.is_absolute() or sys.platform == "win32":
        return
    if not os.access(path, os.X_OK) or path.is_dir():
        number = errno.EACCES if path.exists() else errno.ENOENT
        raise OSError(number, os.strerror(number), program)
    interpreter = _interpreter(path)
    if interpreter and not Path(interpreter).exists():
        raise OSError(errno.ENOENT, f"its interpreter {interpreter} does not exist", program)


def _interpreter(path: Path) -> str:
    """What a script names in its first line; empty for other programs, and for one that may be run but not read."""
    try:
        with path.open("rb") as file:
            words = file.readline(_LONGEST_SHEBANG).split() if file.read(2) == b"#!" else []
    except OSError:
        return ""
    return os.fsdecode(words[0]) if words else ""
