"""Where the programs are that start, or ask about, packages."""

import os
import shutil
import sysconfig
from pathlib import Path


def find_program(program: str) -> str | None:
    """The program on PATH, else the one that a wheel put beside this Python.

    Entries of PATH that are not absolute are passed over: the current folder must not decide what runs.
    """
    folders = [folder for folder in os.get_exec_path() if Path(folder).is_absolute()]
    return shutil.which(program, path=os.pathsep.join([*folders, sysconfig.get_path("scripts")]))
