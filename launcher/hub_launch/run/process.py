"""One child process: its pipes, its log, and an end that leaves nothing behind."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

from hub_launch.errors import HubError
from hub_launch.plan import StdioLaunch
from hub_launch.run.after import run_after
from hub_launch.text import printable, redact

# The specification's order: close standard input, then ask, then insist. A well-behaved server needs a fraction of
# the first; all of them together stay below the ten seconds a user is willing to wait for Ctrl-C.
EOF_SECONDS = 2.0
TERMINATE_SECONDS = 2.0
KILL_SECONDS = 2.0
_POLL_SECONDS = 0.02

# A log is for finding out what happened last; a server that floods it must not fill the disk.
MAX_LOG_BYTES = 1024 * 1024
TAIL_BYTES = 4096


class Child:
    """A started process in a process group of its own, so that its own children end with it."""

    def __init__(self, launch: StdioLaunch, process: asyncio.subprocess.Process, log: Path, offset: int) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a child is started with pipes")
        self.stdin = process.stdin
        self.stdout = process.stdout
        self._launch = launch
        self._process = process
        self._log = log
        self._offset = offset

    @classmethod
    async def spawn(cls, launch: StdioLaunch, log: Path) -> "Child":
        """Start the launch's command; its standard error goes to the file `log`.

        Raises HubError when the program cannot be started.
        """
        with _open_log(log) as stream:
            offset = stream.tell()
            try:
                if launch.cwd:
                    Path(launch.cwd).mkdir(parents=True, exist_ok=True)
                process = await asyncio.create_subprocess_exec(
                    *launch.argv,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=stream,
                    env=dict(launch.env),
                    cwd=launch.cwd,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                raise HubError(f"{launch.argv[0]} cannot be started: {error}") from error
        return cls(launch, process, log, offset)

    @property
    def exit_code(self) -> int | None:
        """The process's exit code (negative: the signal that ended it), or None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait for the process to end by itself."""
        return await self._process.wait()

    async def close(self) -> None:
        """End the process and everything it started: input closed, SIGTERM, SIGKILL. Takes 6 s at the most."""
        self.stdin.close()
        if not await self._ended(EOF_SECONDS):
            self._signal(signal.SIGTERM)
            await self._ended(TERMINATE_SECONDS)
        # Whatever is left of the group, also where its leader went first: a runner may exit before what it ran.
        if self._signal(_KILL):
            await self._ended(KILL_SECONDS)
        # asyncio waits for the pipes' ends; one that a process outside the group holds open would stay for ever.
        # `_transport` is asyncio's own; a test fails when it moves.
        self._process._transport.close()  # type: ignore[attr-defined]
        await run_after(self._launch)

    async def _ended(self, seconds: float) -> bool:
        """Whether the process and its group are gone within that time.

        Looked at rather than waited for: asyncio's wait() also waits for the pipes, and a program that left the
        group may hold those open for ever.
        """
        deadline = time.monotonic() + seconds
        while self._process.returncode is None or _group_alive(self._process.pid):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_POLL_SECONDS)
        return True

    def _signal(self, number: int) -> bool:
        """Send a signal to the group. False when nobody is left."""
        try:
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            # macOS answers the second for a group of which only zombies are left.
            return False
        return True

    def last_words(self) -> str:
        """What the child last wrote to standard error since it was started: safe to print, without secrets."""
        try:
            with self._log.open("rb") as stream:
                end = stream.seek(0, os.SEEK_END)
                stream.seek(max(self._offset, end - TAIL_BYTES))
                tail = stream.read(TAIL_BYTES)
        except OSError:
            return ""
        text = redact(tail.decode(errors="replace"), self._launch.secrets)
        return printable(text, keep="\n").strip()


_KILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def _group_alive(group: int) -> bool:
    if sys.platform == "win32":
        return False
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # macOS answers so for a group of which only zombies are left.
        return False
    return True
