"""Starting a child: what it inherits, and what is wrong with its program."""

import asyncio
import errno
import os
import sys
from pathlib import Path

from hub_launch.plan import StdioLaunch
from hub_launch.run.limits import limited
from hub_launch.run.log import ErrorLog
from hub_launch.run.processes import MARK

# Linux reads no further (BINPRM_BUF_SIZE).
_LONGEST_SHEBANG = 256


async def start(launch: StdioLaunch, errors: ErrorLog, mark: str) -> asyncio.subprocess.Process:
    """The launch's command, in a session of its own and within limits. Raises OSError or ValueError."""
    _require_program(launch.argv[0])
    if launch.cwd:
        Path(launch.cwd).mkdir(parents=True, exist_ok=True)
    return await asyncio.create_subprocess_exec(
        *limited(launch.argv),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors.write_end,
        env={**launch.env, MARK: mark},
        cwd=launch.cwd,
        start_new_session=True,
    )


def _require_program(program: str) -> None:
    """Raise the OSError that starting it would: what sets its limits could only say so in its log."""
    path = Path(program)
    if not path.is_absolute() or sys.platform == "win32":
        return
    if not os.access(path, os.X_OK) or path.is_dir():
        number = errno.EACCES if path.exists() else errno.ENOENT
        raise OSError(number, os.strerror(number), program)
    interpreter = _interpreter(path)
    if interpreter and not Path(interpreter).exists():
        raise OSError(errno.ENOENT, f"its interpreter {interpreter} does not exist", program)


def _interpreter(path: Path) -> str:
    """What a script names in its first line; empty for other programs, and for one that may be run but not read."""
    try:
        with path.open("rb") as file:
            words = file.readline(_LONGEST_SHEBANG).split() if file.read(2) == b"#!" else []
    except OSError:
        return ""
    return os.fsdecode(words[0]) if words else ""
