"""What a child may use of the machine: as much as any server needs, and no more than its neighbours can bear."""

import functools
import subprocess
import sys
from dataclasses import dataclass

from hub_launch.programs import find_program
from hub_launch.run.processes import machine_memory, tasks_of_user

# Per process. A crash must not leave gigabytes beside the user's files, with whatever secrets were in memory.
CORE_BYTES = 0
# Servers that watch folders open thousands of files. Node takes as many as the hard limit allows.
OPEN_FILES = 16_384
# Films and models are smaller; what goes on writing ends before most disks are full.
FILE_BYTES = 64 * 1024**3
# Of the user, not of the server: the kernel counts all threads that the user runs. So it is added to what runs when the
# first server starts, with room for a browser and an editor that are opened later: it bounds no server, but a fork bomb
# until the watch has looked. Without effect for root.
MORE_TASKS = 4_000

# Of a server with everything it started: a browser with many tabs has some fifty, a fork bomb has thousands.
PROCESSES = 500

# Half of the machine: a model may need that, and the rest of the machine goes on.
MEMORY_SHARE = 2

# Added to what the kernel's out-of-memory killer thinks of a process (0 to 1000): servers go before the hub, and before
# what else the user runs.
OOM_SCORE = 300

_PROBE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server with everything it started may use, or is ended. See `run.watch`."""

    memory: int
    """Bytes in memory."""
    processes: int = PROCESSES


@functools.cache
def default_limits() -> Limits:
    """What a server may use on this machine, unless somebody says otherwise."""
    return Limits(machine_memory() // MEMORY_SHARE)


def limited(argv: tuple[str, ...]) -> tuple[str, ...]:
    """`argv`, run by small programs of util-linux that set what it inherits, and become it: a millisecond each.

    Not by code between fork and exec (`preexec_fn`): that is not safe with threads, and keeps Python from starting
    programs the fast way. Where there are no such programs, `argv` as it is.
    """
    return (*_prefix(), *argv)


@functools.cache
def _prefix() -> tuple[str, ...]:
    words: tuple[str, ...] = ()
    # Ends when the hub does, however that ends; the program may still clear up. Busybox has one without that option.
    for name, options in (("setpriv", ("--pdeathsig", "TERM")), ("prlimit", _resource_limits())):
        program = find_program(name) if sys.platform == "linux" else None
        if program and _works((program, *options, "--", "true")):
            words += (program, *options, "--")
    return words


def _resource_limits() -> tuple[str, ...]:
    if sys.platform == "win32":
        return ()
    import resource

    return (
        _limit("core", resource.RLIMIT_CORE, CORE_BYTES),
        _limit("nofile", resource.RLIMIT_NOFILE, OPEN_FILES),
        _limit("fsize", resource.RLIMIT_FSIZE, FILE_BYTES),
        _limit("nproc", resource.RLIMIT_NPROC, tasks_of_user() + MORE_TASKS),
        # Private memory that can be written to, used or not. Not the address space (RLIMIT_AS), of which Node, Go and
        # Java reserve far more than they ever use.
        _limit("data", resource.RLIMIT_DATA, machine_memory()),
    )


def _limit(name: str, number: int, most: int) -> str:
    """`--name=soft:hard`: never above what the hub itself has."""
    if sys.platform == "win32":
        return ""
    import resource

    has = [most if one == resource.RLIM_INFINITY else min(one, most) for one in resource.getrlimit(number)]
    return f"--{name}={has[0]}:{has[1]}"


def _works(command: tuple[str, ...]) -> bool:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def prefer_for_killing(pid: int) -> None:
    """Have the kernel, when memory runs out, end this process and its children before the hub."""
    if sys.platform != "linux":
        return
    try:
        with open(f"/proc/{pid}/oom_score_adj", "r+") as file:  # noqa: PTH123  opened once, to read and to write
            score = int(file.read())
            file.seek(0)
            file.write(str(min(1000, score + OOM_SCORE)))
    except OSError:
        # It ended, or this machine does not let us: then the kernel decides.
        return
