"""Tier bwrap: bubblewrap's namespaces on Linux, as Flatpak uses them; needs no privileges and no service."""

import functools
import subprocess
from collections.abc import Iterator
from dataclasses import replace

from hub_launch.guard.sandbox.grants import Grants
from hub_launch.guard.sandbox.system import ETC, FOLDERS, OTHERS_TEMPORARY
from hub_launch.plan import StdioLaunch
from hub_launch.programs import find_program

# A namespace is made in milliseconds; a kernel that hangs here would hang at every start.
_PROBE_SECONDS = 10


@functools.cache
def missing() -> str:
    """Why this tier is not to be had here, or empty. Tried once: it may be installed and forbidden."""
    program = find_program("bwrap")
    if program is None:
        return "bubblewrap is not installed"
    command = [
        program,
        *_NAMESPACES,
        "--unshare-net",
        "--ro-bind",
        "/",
        "/",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "true",
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not run: {error}"
    return "" if done.returncode == 0 else f"bubblewrap does not run: {done.stderr.decode(errors='replace').strip()}"


def wrap(launch: StdioLaunch, grants: Grants) -> StdioLaunch:
    """`bwrap <what it may see> -- <command>`. Pure; what is granted must exist when it starts."""
    program = find_program("bwrap") or "bwrap"
    env = launch.env if grants.everything else _own_environment(launch, grants)
    return replace(launch, argv=(program, *_options(launch, grants), "--", *launch.argv), env=env)


# No way to signal, trace or share memory with others; ends with the launcher, whatever it has started; no powers
# over anything, also when the launcher is root. The launcher starts children without a terminal of their own, so that
# there is none to type commands into.
_NAMESPACES = (
    *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
    *("--die-with-parent", "--cap-drop", "ALL"),
)


def _options(launch: StdioLaunch, grants: Grants) -> Iterator[str]:
    yield from _NAMESPACES
    if not grants.network:
        yield "--unshare-net"
    yield from _everything() if grants.everything else _files(grants)
    if launch.cwd:
        yield from ("--chdir", launch.cwd)


def _everything() -> Iterator[str]:
    yield from ("--bind", "/", "/", "--proc", "/proc", "--dev", "/dev")


def _files(grants: Grants) -> Iterator[str]:
    """From an empty root: nothing is there that is not named, no home, no other user's temporary files."""
    for path in (*FOLDERS, *ETC):
        yield from ("--ro-bind-try", path, path)
    yield from ("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp")  # noqa: S108  the sandbox's own
    for path in grants.reads:
        yield from ("--ro-bind", path, path)
    for path in grants.writes:
        yield from ("--bind", path, path)
    # The empty root was in memory, and could be filled; refused is clearer than lost.
    yield from ("--remount-ro", "/")


def _own_environment(launch: StdioLaunch, grants: Grants) -> dict[str, str]:
    env = {name: value for name, value in launch.env.items() if name not in OTHERS_TEMPORARY}
    return env | {"HOME": grants.home}
