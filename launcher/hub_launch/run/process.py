"""One child process: its pipes, its log, its limits, and an end that leaves nothing behind."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import StdioLaunch
from hub_launch.run.after import run_after
from hub_launch.run.family import Family, kill, run_still
from hub_launch.run.limits import Limits, default_limits, prefer_for_killing
from hub_launch.run.log import ErrorLog
from hub_launch.run.log_pump import log_pump
from hub_launch.run.processes import Process, listed, listed_now, look_up, send
from hub_launch.run.runs import Run, join
from hub_launch.run.starting import Started, start
from hub_launch.run.watch import Watched, watch

# The specification's order: close standard input, then ask, then insist. A well-behaved server needs a fraction of
# the first; all of them together stay below the ten seconds a user is willing to wait for Ctrl-C.
EOF_SECONDS = 2.0
TERMINATE_SECONDS = 2.0
KILL_SECONDS = 2.0
_POLL_SECONDS = 0.005
# For the last lines to reach a disk that is busy.
_LOG_SECONDS = 1.0

RUN_FOLDER = "runs"
"""Beside the logs: one empty file for each hub that has children, locked by it."""


class Child:
    """A started process in a process group of its own, so that its own children end with it."""

    def __init__(
        self, launch: StdioLaunch, process: Started, log: ErrorLog, run: Run, mark: str, limits: Limits
    ) -> None:
        self._launch = launch
        self.stdin = process.stdin
        self.stdout = process.stdout
        self.ended_because = ""
        """What it used too much of, if it was ended for that; goes on from "was ended"."""
        self._process = process
        self._log = log
        self._run = run
        self._family = Family(look_up(process.pid) or _gone(process.pid), mark)
        self._watched = Watched(self._family, limits, self._exceeded)
        self._closed = False
        watch().add(self._watched)

    @classmethod
    async def spawn(cls, launch: StdioLaunch, log: Path, limits: Limits | None = None) -> "Child":
        """Start the launch's command; its standard error goes to the file `log`.

        limits: what it may use before it is ended; those of this machine when absent. Raises HubError when the program
        cannot be started.
        """
        run, mark = await join(log.parent / RUN_FOLDER)
        try:
            errors, process = await _started(launch, log, mark)
        except BaseException as error:
            run.leave()
            if isinstance(error, OSError | ValueError):
                raise HubError(f"{launch.argv[0]} cannot be started: {error}") from error
            raise
        prefer_for_killing(process.pid)
        log_pump().add(errors)
        return cls(launch, process, errors, run, mark, limits or default_limits())

    @property
    def exit_code(self) -> int | None:
        """The process's exit code (negative: the signal that ended it), or None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait for the process to end by itself."""
        return await self._process.wait()

    async def close(self) -> None:
        """End the process and everything it started: input closed, SIGTERM, SIGKILL. Takes 6 s at the most."""
        if self._closed:
            return
        self.stdin.close()
        ended = await self._ended(EOF_SECONDS)
        left = await asyncio.to_thread(self._family.living)
        if not ended or left:
            self._signal(signal.SIGTERM)
            for one in left:
                send(one, signal.SIGTERM)
            await self._ended(TERMINATE_SECONDS, left)
            left = await asyncio.to_thread(kill, self._family.living, KILL_SECONDS)
        # Whatever is left of the group, also where its leader went first: a runner may exit before what it ran.
        if self._signal(_KILL) or left:
            await self._ended(KILL_SECONDS, left)
        self._process.close()
        await self._clear_up()
        await run_after(self._launch)

    async def _clear_up(self) -> None:
        if self._closed:
            # Closed twice at the same time.
            return
        self._closed = True
        watch().remove(self._watched)
        self._run.leave()
        written = asyncio.Event()
        loop = asyncio.get_running_loop()
        log_pump().finish(self._log, lambda: _call_in(loop, written.set))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(written.wait(), _LOG_SECONDS)

    async def _ended(self, seconds: float, others: Sequence[Process] = ()) -> bool:
        """Whether the process, its group and `others` are gone within that time."""
        deadline = time.monotonic() + seconds
        while self._process.returncode is None or _group_alive(self._process.pid) or run_still(others):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_POLL_SECONDS)
        return True

    def _signal(self, number: int) -> bool:
        """Send a signal to the group. False when nobody is left."""
        try:
            if sys.platform == "win32":
                os.kill(self._process.pid, number)
            else:
                os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            # macOS answers the second for a group of which only zombies are left.
            return False
        return True

    def memory(self) -> int | None:
        """See Spawned. What processes share counts for each of them."""
        return sum(one.memory for one in self._family.related(listed_now())) or None

    def last_words(self) -> str:
        """What the child last wrote to standard error since it was started: safe to print, without secrets."""
        return self._log.last_words()

    def _exceeded(self, reason: str) -> None:
        self.ended_because = reason


if sys.platform == "win32":
    # Which ends a process at once there.
    _KILL = signal.SIGTERM
else:
    _KILL = signal.SIGKILL


async def _started(launch: StdioLaunch, log: Path, mark: str) -> tuple[ErrorLog, Started]:
    errors = ErrorLog(log, launch.secrets)
    try:
        return errors, await start(launch, errors.write_end, mark)
    except BaseException:
        errors.close()
        raise
    finally:
        errors.close_write_end()


def _gone(pid: int) -> Process:
    """In the place of a leader that ended before it could be looked at: what it left was started after the hub."""
    hub = look_up(os.getpid())
    return Process(pid, os.getpid(), pid, pid, started=hub.started if hub else 0, memory=0)


def _call_in(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    # A loop that was closed waits for nothing any more.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(function)


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
    # Linux does not, and whoever has to take notice of orphans that ended may take a second.
    return sys.platform != "linux" or any(one.group == group for one in listed().values())
