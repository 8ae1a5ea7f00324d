"""The machine that results are of."""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hub_build.measured.model import Machine
from hub_launch.programs import find_program

ROOT = Path(__file__).parents[2]


def machine() -> Machine:
    """What can be said of it without naming it."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    return Machine(
        cpu=cpu_model(_lines("/proc/cpuinfo")) or platform.processor() or platform.machine(),
        cores=os.cpu_count() or 1,
        memory_gb=round(pages / 2**30, 1),
        kernel=f"{platform.system()} {platform.release()}",
        filesystem=filesystem(Path(tempfile.gettempdir()).resolve(), _lines("/proc/mounts")),
        python=sys.version.split()[0],
        node=_said([node, "--version"]).removeprefix("v") if (node := find_program("node")) else "",
    )


def cpu_model(cpuinfo: Iterable[str]) -> str:
    """What /proc/cpuinfo calls the processor; empty if it does not say."""
    models = (value for name, _, value in (line.partition(":") for line in cpuinfo) if name.strip() == "model name")
    return next(models, "").strip()


def filesystem(folder: Path, mounts: Iterable[str]) -> str:
    """The kind of file system that `folder` is on, by /proc/mounts; empty if that does not say."""
    known = [(Path(fields[1]), fields[2]) for line in mounts if len(fields := line.split()) > 2]
    above = [(len(place.parts), kind) for place, kind in known if folder.is_relative_to(place)]
    return max(above)[1] if above else ""


def commit() -> str:
    """The checkout's commit, with `+` behind it where files have changed since; empty without git."""
    head = _said(["git", "-C", str(ROOT), "rev-parse", "--short=10", "HEAD"])
    # Results are what is being written.
    changed = _said(["git", "-C", str(ROOT), "status", "--porcelain", "--", ":/", ":!/benchmarks/results"])
    return head + ("+" if head and changed else "")


def load() -> float:
    """Processes that wanted a core in the last minute; 0 where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _said(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
