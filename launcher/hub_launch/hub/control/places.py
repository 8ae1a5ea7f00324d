"""Where running hubs listen: a folder that is its user's alone, with one socket for each hub."""

import contextlib
import os
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from hub_launch.errors import HubError

SUFFIX = ".sock"
# The kernel's room for a socket's path, with its end: 108 bytes on Linux, 104 on macOS and the BSDs.
MAX_PATH = 107 if sys.platform == "linux" else 103
# A hub that is alive answers the door at once; a name that nobody listens at is refused at once.
CONNECT_SECONDS = 2.0

NOT_HERE = "Windows has no sockets that tell who asks"
UNSUPPORTED = sys.platform == "win32"
"""Whoever asks for commands says so before: nothing here works there."""


def make_folder(folder: Path) -> None:
    """Have a folder that only its owner can enter. Raises HubError if it is somebody else's, or no folder."""
    if sys.platform == "win32":
        raise HubError(NOT_HERE)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.lstat()
        if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
            raise HubError(f"{folder} is not a folder of your own", "remove it, or set HUB_STATE_DIR")
        if stat.S_IMODE(about.st_mode) != 0o700:
            folder.chmod(0o700)
    except OSError as error:
        raise HubError(f"{folder} cannot be used: {error.strerror}") from error


def sockets(folder: Path) -> list[Path]:
    """The sockets at which some hub listens now, by name; without those that a killed hub left behind."""
    found = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    return [path for path in found if is_alive(path)]


def is_alive(path: Path) -> bool:
    """Whether somebody listens at that socket."""
    try:
        connect(path, CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def connect(path: Path, seconds: float) -> socket.socket:
    """A connection to the hub at `path`. Raises OSError."""
    if sys.platform == "win32":
        raise OSError(NOT_HERE)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(seconds)
    try:
        with short(path) as name:
            connection.connect(name)
    except BaseException:
        connection.close()
        raise
    return connection


def listen(folder: Path, name: str) -> tuple[socket.socket, Path]:
    """A socket called `name`, or something like it if another hub has that. Raises HubError.

    It appears under its name once somebody listens at it: one that nobody listens at is always a dead hub's.
    """
    if sys.platform == "win32":
        raise HubError(NOT_HERE)
    make_folder(folder)
    for path in folder.glob(f"*{SUFFIX}"):
        if not is_alive(path):
            path.unlink(missing_ok=True)
    path = folder / f"{name}{SUFFIX}"
    if path.exists():
        path = folder / f"{name}-{os.getpid()}{SUFFIX}"
    temporary = folder / f".{os.getpid()}"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        temporary.unlink(missing_ok=True)
        with short(temporary) as short_name:
            listener.bind(short_name)
        temporary.chmod(0o600)
        listener.listen()
        temporary.rename(path)
    except OSError as error:
        listener.close()
        raise HubError(f"cannot listen at {path}: {error.strerror or error}") from error
    return listener, path


def peer(connection: socket.socket) -> int | None:
    """The user id of whoever is at the other end; None where the system does not tell."""
    if sys.platform == "linux":
        # struct ucred of unix(7): pid, uid, gid.
        return int(struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1])
    if sys.platform == "darwin":
        # struct xucred of unix(4): version, uid, groups; SOL_LOCAL 0, LOCAL_PEERCRED 1.
        return int(struct.unpack("2I", connection.getsockopt(0, 1, 76)[:8])[1])
    return None


@contextlib.contextmanager
def short(path: Path) -> Iterator[str]:
    """A name for `path` that fits into the kernel's room for it: by a descriptor of its folder, where it must."""
    if len(os.fsencode(path)) <= MAX_PATH:
        yield str(path)
        return
    if sys.platform != "linux":
        raise OSError(f"the path is longer than {MAX_PATH} bytes; set HUB_STATE_DIR to a shorter one")
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
