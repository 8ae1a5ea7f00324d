"""Peers, put into a cache folder by the ordinary clients."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hub_launch.programs import find_program
from hubs.memory import own_environment

# A hub of several hundred packages on a slow line.
INSTALL_SECONDS = 600
_SAID = 300


class NotInstalled(Exception):
    """A peer cannot be measured here; its text says why."""


def npm(folder: Path, requirement: str) -> Path:
    """The folder node_modules with the package, installed once; none of its scripts are run."""
    program = _program("npm")
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    _once(folder, [[program, "install", "--prefix", str(folder), *quiet, requirement]])
    return folder / "node_modules"


def pypi(folder: Path, *requirements: str) -> Path:
    """The folder of programs of a virtual environment with the packages, installed once, their bytecode compiled."""
    bin_ = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = str(bin_ / "python")
    if uv := find_program("uv"):
        make = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)]
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *requirements]
    else:
        make = [sys.executable, "-m", "venv", "--clear", str(folder)]
        install = [python, "-m", "pip", "install", "--quiet", *requirements]
    _once(folder, [make, install])
    return bin_


def node() -> str:
    """The Node to run peers with. Raises NotInstalled."""
    return _program("node")


def _program(name: str) -> str:
    program = find_program(name)
    if program is None:
        raise NotInstalled(f"there is no {name} here")
    return program


def _once(folder: Path, commands: Sequence[Sequence[str]]) -> None:
    stamp = folder / "installed"
    if stamp.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for command in commands:
        try:
            done = subprocess.run(
                command, env=own_environment(), capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotInstalled(str(error)) from error
        if done.returncode:
            raise NotInstalled(
                f"`{' '.join(map(str, command))}` failed: {(done.stderr or done.stdout)[-_SAID:].strip()}"
            )
    stamp.touch()
