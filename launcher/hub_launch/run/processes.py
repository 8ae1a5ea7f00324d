"""The processes of this machine, as the kernel knows them: Linux' /proc. Elsewhere the list is empty."""

import math
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass

MARK = "HUB_LAUNCH_RUN"
"""The variable by which everything that a hub has started is recognised; children inherit it."""

_MARK = b"\0" + MARK.encode() + b"="
# The most that the kernel passes to a program, arguments included (a quarter of the stack it starts with).
_MOST_ENVIRONMENT = 2 * 1024 * 1024
_STAT_BYTES = 4096
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_DEAD = "ZX"


@dataclass(frozen=True, slots=True)
class Process:
    """One process at one moment. `pid` and `started` together are never another's: pids are used again."""

    pid: int
    parent: int
    group: int
    session: int
    started: int
    """In ticks since the machine started."""
    memory: int
    """Bytes in memory, those included that it shares with others."""

    @property
    def key(self) -> tuple[int, int]:
        """What tells it from all others."""
        return self.pid, self.started


def listed() -> dict[int, Process]:
    """All processes that run, by pid; none that ended and wait for their parent to notice."""
    if sys.platform != "linux":
        return {}
    found = (look_up(int(name)) for name in os.listdir("/proc") if name.isdecimal())  # noqa: PTH208  a third of the time
    return {process.pid: process for process in found if process}


_listing = threading.Lock()
_latest: tuple[float, dict[int, Process]] = (-math.inf, {})


def listed_now() -> dict[int, Process]:
    """As `listed`. Threads that ask at the same time share an answer, which is younger than any of their questions."""
    global _latest
    asked = time.monotonic()
    with _listing:
        began = time.monotonic()
        if _latest[0] < asked:
            _latest = began, listed()
        return _latest[1]


def look_up(pid: int) -> Process | None:
    """The process of that pid, or None when none runs."""
    stat = _read(f"/proc/{pid}/stat", _STAT_BYTES)
    # The program's name is in parentheses, and may hold some itself. Fields: proc_pid_stat(5), from the third on.
    fields = stat.rpartition(b")")[2].split()
    if not fields or fields[0].decode() in _DEAD:
        return None
    parent, group, session = map(int, fields[1:4])
    return Process(pid, parent, group, session, started=int(fields[19]), memory=int(fields[21]) * _PAGE_BYTES)


def mark_of(pid: int) -> str:
    """What the process was started with as MARK; empty when with none, or when it is another user's."""
    environment = b"\0" + _read(f"/proc/{pid}/environ", _MOST_ENVIRONMENT)
    return environment.partition(_MARK)[2].partition(b"\0")[0].decode(errors="replace")


def own_memory(pid: int) -> int | None:
    """Bytes in memory, where what is shared is shared out among those who share it; None if that cannot be told."""
    for line in _read(f"/proc/{pid}/smaps_rollup", _STAT_BYTES).splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return None


def send(process: Process, number: int) -> None:
    """Send a signal to this process, and never to another that has its pid by now."""
    if sys.platform != "linux":
        return
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:
        # Gone; or a kernel before 5.3, where the moment between looking and sending remains.
        _send_soon(process, number)
        return
    try:
        # Looked up after it was opened: from here on the handle is this process's or nobody's.
        now = look_up(process.pid)
        if now and now.key == process.key:
            signal.pidfd_send_signal(handle, number)
    except (ProcessLookupError, PermissionError):
        pass
    finally:
        os.close(handle)


def _send_soon(process: Process, number: int) -> None:
    now = look_up(process.pid)
    if now and now.key == process.key:
        try:
            os.kill(process.pid, number)
        except (ProcessLookupError, PermissionError):
            return


def _read(path: str, limit: int) -> bytes:
    """The file's bytes, or none: processes end while one looks, and others' are not to be read."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        parts = []
        while limit > 0 and (part := os.read(file, limit)):
            parts.append(part)
            limit -= len(part)
        return b"".join(parts)
    except OSError:
        return b""
    finally:
        os.close(file)


def all_tasks() -> int:
    """How many threads this machine runs; 0 where that is not told."""
    # The last but one word: how many want to run now, of how many.
    words = _read("/proc/loadavg", _STAT_BYTES).split()
    return int(words[3].partition(b"/")[2]) if words else 0


def tasks_of_user() -> int:
    """How many threads this program's user runs, here and elsewhere on this machine."""
    if sys.platform != "linux":
        return 0
    # A process' folder is its user's.
    own = [entry.name for entry in os.scandir("/proc") if entry.name.isdecimal() and _owned(entry)]
    stats = [_read(f"/proc/{pid}/stat", _STAT_BYTES).rpartition(b")")[2].split() for pid in own]
    return sum(int(fields[17]) for fields in stats if fields)


def _owned(entry: "os.DirEntry[str]") -> bool:
    if sys.platform == "win32":
        return False
    try:
        return entry.stat().st_uid == os.getuid()
    except OSError:
        return False


def machine_memory() -> int:
    """Bytes of memory this machine has, or the container that this program runs in."""
    whole = os.sysconf("SC_PHYS_PAGES") * _PAGE_BYTES if hasattr(os, "sysconf") else 8 * 1024**3
    limits = [_read(path, 64).strip() for path in _CGROUP_LIMITS]
    return min([whole, *(int(limit) for limit in limits if limit.isdigit())])


# Control groups, second and first version, as they are seen inside a container.
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
