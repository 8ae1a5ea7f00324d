"""Where the programs are that start, or ask about, packages."""

import os
import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path

# Of a way from link to link; kernels follow as many.
_MAX_LINKS = 40


def find_program(program: str) -> str | None:
    """The program on PATH, else the one that a wheel put beside this Python.

    Entries of PATH that are not absolute are passed over: the current folder must not decide what runs.
    """
    folders = [folder for folder in os.get_exec_path() if Path(folder).is_absolute()]
    return shutil.which(program, path=os.pathsep.join([*folders, sysconfig.get_path("scripts")]))


def links_of(program: Path) -> Iterator[str]:
    """The links on the way from a program to the real one, without itself: what a sandbox has to show beside both.

    A virtual environment that was made from another's Python links to that one, which is a link as well.
    """
    for _ in range(_MAX_LINKS):
        if not program.is_symlink():
            return
        program = program.parent / program.readlink()
        if program.is_symlink():
            yield os.path.normpath(program)
