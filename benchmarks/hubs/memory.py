"""Processes and their memory, as Linux shows them in /proc; where there is none, nothing is known and None is said."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from hub_launch.programs import find_program

PROC = Path("/proc")
SERVER_MARK = "BENCHMARK_SERVER"
"""In the environment of every server that a hub is to start: what has it is not the hub's memory."""


def own_environment(**more: str) -> dict[str, str]:
    """This process's environment without what would change how hubs behave."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HUB_", "FASTMCP_", SERVER_MARK))}
    # Modules are compiled once and not in every start, as people have it.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    node = find_program("node")
    path = os.pathsep.join([*([str(Path(node).parent)] if node else []), kept.get("PATH", os.defpath)])
    return kept | {"PATH": path, "NO_COLOR": "1", "FASTMCP_CHECK_FOR_UPDATES": "off", "DO_NOT_TRACK": "1"} | more


def tree(pid: int) -> set[int]:
    """A process and everything below it."""
    parents = dict(_parents())
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def marked(mark: str) -> set[int]:
    """All processes whose environment has `mark`, a name or `name=value`, whoever their parents are."""
    return {pid for pid, _ in _parents() if has_mark(pid, mark)}


def has_mark(pid: int, mark: str) -> bool:
    """Whether the process's environment has `mark`."""
    try:
        return any(
            one == mark.encode() or one.startswith(mark.encode() + b"=")
            for one in (PROC / str(pid) / "environ").read_bytes().split(b"\0")
        )
    except OSError:
        return False


def hub_memory(pid: int) -> Mapping[str, float] | None:
    """Megabytes of a hub without its servers: `rss`, resident; `pss`, with shared pages shared out."""
    if not PROC.is_dir():
        return None
    own = [one for one in tree(pid) if not has_mark(one, SERVER_MARK)]
    rss = sum(_kilobytes(one, "status", "VmRSS:") for one in own)
    pss = sum(_kilobytes(one, "smaps_rollup", "Pss:") for one in own)
    return {"rss": rss / 1024, "pss": pss / 1024}


def open_files(pid: int) -> int:
    """How many files, pipes and sockets the process has open."""
    return len(list((PROC / str(pid) / "fd").iterdir()))


def _kilobytes(pid: int, file: str, name: str) -> int:
    try:
        lines = (PROC / str(pid) / file).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


def _parents() -> Iterator[tuple[int, int]]:
    """Process and parent, of all that run."""
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            yield int(stat.parent.name), int(fields[1])
