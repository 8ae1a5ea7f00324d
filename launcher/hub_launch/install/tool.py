"""Running npm and uv: in the folder they fill, within a time, with what they said when they failed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub_launch.errors import HubError, PassingError
from hub_launch.plan import Context
from hub_launch.text import printable, telling_line

# Large packages on a slow line take minutes; a registry that never answers must not hold everything up.
INSTALL_SECONDS = 300


# How soon a tool ends after nobody waits for it any more; looking costs next to nothing.
_LOOK_SECONDS = 0.2


class ToolError(PassingError):
    """npm or uv said no; `said` is everything it wrote."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message, "is the network up, and are the name and version right?")
        self.said = said


class NotInstallable(HubError):
    """What its runner may start all the same: it must be built first, or has arguments for the runner alone."""


@dataclass(frozen=True, slots=True)
class Tools:
    """npm and uv as the user configured them, for as long as somebody waits for what they do."""

    context: Context
    stopped: threading.Event = field(default_factory=threading.Event)
    """Set when nobody waits any more: what runs is ended."""

    def find(self, program: str, hint: str) -> str:
        """The tool's absolute path. Raises NotInstallable with `hint` where it is missing."""
        try:
            return self.context.runner(program, hint)
        except HubError as error:
            raise NotInstallable(error.message, error.hint) from error

    def run(self, argv: Sequence[str], folder: Path, what: str) -> str:
        """Run a tool in `folder`, and return its standard output.

        what: the package, for messages. Raises ToolError when it fails, takes too long or is stopped.
        """
        try:
            process = subprocess.Popen(
                argv,
                cwd=folder,
                env=self.context.environment(runner=argv[0]),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # A group of its own: npm is a script that starts Node, and both must end.
                start_new_session=True,
            )
        except OSError as error:
            raise ToolError(f"{what} cannot be installed: {argv[0]}: {error.strerror}", "") from error
        with process:
            out, err = self._wait(process, what)
        if process.returncode:
            said = err.decode(errors="replace")
            # It repeats what a registry answered.
            why = printable(telling_line(said)) or "no reason was given"
            raise ToolError(f"{what} cannot be installed: {why}", said)
        return out.decode(errors="replace")

    def _wait(self, process: "subprocess.Popen[bytes]", what: str) -> tuple[bytes, bytes]:
        deadline = time.monotonic() + INSTALL_SECONDS
        while True:
            try:
                return process.communicate(timeout=_LOOK_SECONDS)
            except subprocess.TimeoutExpired as error:
                if self.stopped.is_set():
                    _end(process)
                    raise ToolError(f"{what} was not installed: the launcher ended", "") from error
                if time.monotonic() > deadline:
                    _end(process)
                    raise ToolError(f"{what} was not installed within {INSTALL_SECONDS} s", "") from error


def _end(process: "subprocess.Popen[bytes]") -> None:
    """At once, and all of it: what it leaves is thrown away."""
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def runtime_folder(program: Path) -> str:
    """The folder that an interpreter is installed in: of `/opt/node/bin/node` that is `/opt/node`.

    The program alone where the folder would be the root, or hold the user's home: that would grant too much.
    """
    real = program.resolve()
    prefix = real.parent.parent
    if real.parent.name != "bin" or prefix == Path(prefix.anchor) or Path.home().is_relative_to(prefix):
        return str(real)
    return str(prefix)
