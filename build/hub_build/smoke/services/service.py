"""What a service is, and what all of them need."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.programs import find_program

Start = Callable[[Path], AbstractContextManager[Mapping[str, str]]]
"""Starts the service for the server that works in the folder; gives the service's values by name.

Raises MissingServiceError where it cannot be had. The service ends, with its data, when the context is left.
"""

HOST = "127.0.0.1"
# Databases come up within a second; a busy machine takes several.
START_SECONDS = 30
_LOOK_AGAIN_SECONDS = 0.05
# A database that was asked to end has nothing to save.
_END_SECONDS = 10


class MissingServiceError(HubError):
    """A service that this machine does not have, or that does not start here: no fault of the entry."""


def program(name: str, package: str, folders: tuple[Path, ...] = ()) -> str:
    """The absolute path of a service's program, also from `folders` that are not on PATH.

    Raises MissingServiceError; `package` is what Debian calls what has it.
    """
    found = find_program(name) or next((str(folder / name) for folder in folders if (folder / name).exists()), None)
    if found is None:
        raise MissingServiceError(f"{name} is not installed", f"on Debian: apt-get install {package}")
    return found


def free_port() -> int:
    """A port of the loopback interface that nobody listens at. Another program may take it before ours does."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def folder_for(user: str | None) -> Iterator[Path]:
    """A private temporary folder that `user` may write to; its path is short, since sockets in it allow 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="hub-service-", ignore_cleanup_errors=True) as name:
        if user:
            shutil.chown(name, user)
        yield Path(name)


@contextmanager
def running(command: list[str], folder: Path, port: int, user: str | None = None) -> Iterator[None]:
    """The program, from when it accepts connections at `port` until the context is left; its words are in `log`.

    It stays in the group of the terminal: Ctrl-C ends it, whatever becomes of us.
    """
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, user=user)
    try:
        _wait(process, Path(command[0]).name, port, log)
        yield
    finally:
        _end(process)


def _wait(process: "subprocess.Popen[bytes]", name: str, port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while not _accepts(port):
        if process.poll() is not None or time.monotonic() > until:
            said = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
            raise MissingServiceError(f"{name} does not start here: {said}")
        time.sleep(_LOOK_AGAIN_SECONDS)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
