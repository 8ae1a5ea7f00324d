"""What a hub's children have in common: a mark, and somebody who ends them should the hub be killed."""

import asyncio
import contextlib
import itertools
import logging
import os
import secrets
import subprocess
import sys
from pathlib import Path

from hub_launch.run import orphans
from hub_launch.run.processes import MARK

# Waits for a line. Without one, for the hub is gone, it goes on as the program that its arguments name. Not to be
# reached by what ends the hub: Ctrl-C, or a terminal that closes.
_SHELL = "/bin/sh"
_WAIT = "trap '' HUP INT TERM; read -r _ || exec \"$@\""

_log = logging.getLogger(__name__)

_runs: dict[Path, "Run"] = {}


async def join(folder: Path) -> tuple["Run", str]:
    """The hub's run that keeps its lock in `folder`, and the mark that a new child of it is to carry.

    With the first child begins a run; what hubs before this one have left behind is ended then.
    """
    first = folder not in _runs
    if first:
        _runs[folder] = Run(folder)
    run = _runs[folder]
    mark = run.join()
    try:
        if first and orphans.abandoned(folder):
            await asyncio.to_thread(orphans.end_orphans, folder)
    except BaseException:
        run.leave()
        raise
    return run, mark


class Run:
    """A hub's time with children, from the first to the last of them."""

    def __init__(self, folder: Path) -> None:
        """Take the lock and start the shell. Raises nothing: what is not to be had here, is told and done without."""
        # A hub may be a server of another hub.
        self._mark = "/".join(filter(None, (os.environ.get(MARK, ""), secrets.token_hex(8))))
        self._folder = folder
        self._path = orphans.lock_path(folder, self._mark)
        self._lock = _new_lock(self._path)
        self._shell = _start_shell(folder, self._mark)
        self._children = itertools.count(1)
        self._open = 0

    def join(self) -> str:
        """One more child: the mark that it is to carry."""
        self._open += 1
        return f"{self._mark}-{next(self._children)}"

    def leave(self) -> None:
        """One child less, with nothing left of it. With the last one the run is over."""
        self._open -= 1
        if self._open == 0:
            _runs.pop(self._folder, None)
            self._close()

    def _close(self) -> None:
        if self._shell and self._shell.stdin:
            with contextlib.suppress(OSError):
                self._shell.stdin.write(b"\n")
                self._shell.stdin.close()
            self._shell.wait()
        if self._lock is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._lock)


def _new_lock(path: Path) -> int | None:
    hidden = path.with_name(f".{path.name}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        hidden.touch(mode=0o600)
        held = orphans.lock(hidden)
        if held is None:
            hidden.unlink()
            raise OSError("no locks to be had there")  # noqa: TRY301
        # Only now to be seen: a file that nobody holds is a dead hub's.
        hidden.replace(path)
    except OSError as error:
        _log.warning("%s cannot be written; servers that outlive a killed hub are not found later: %s", path, error)
        return None
    return held


def _start_shell(folder: Path, mark: str) -> "subprocess.Popen[bytes] | None":
    if sys.platform != "linux":
        return None
    # No `-I`: this program must be found as it was found now, by PYTHONPATH for example. -P: but not in a folder.
    program = (sys.executable, "-P", "-m", orphans.__name__, str(folder), mark)
    try:
        return subprocess.Popen(
            (_SHELL, "-c", _WAIT, _SHELL, *program),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        _log.warning("%s cannot be started; what outlives a killed hub is ended by the next one: %s", _SHELL, error)
        return None
