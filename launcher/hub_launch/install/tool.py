"""Running npm and uv: in the folder they fill, within a time, with what they said when they failed."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Context
from hub_launch.text import telling_line

# Large packages on a slow line take minutes; a registry that never answers must not hold everything up.
INSTALL_SECONDS = 300


class ToolError(HubError):
    """npm or uv said no; `said` is everything it wrote."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message, "see what the tool says when you run it yourself; are the name and version right?")
        self.said = said


def run_tool(argv: Sequence[str], folder: Path, context: Context, what: str) -> str:
    """Run a package tool as the user configured it, and return its standard output.

    what: the package, for messages. Raises ToolError when it fails or takes too long.
    """
    try:
        done = subprocess.run(
            argv,
            cwd=folder,
            env=context.environment(runner=argv[0]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{what} was not installed within {INSTALL_SECONDS} s", "") from error
    except OSError as error:
        raise ToolError(f"{what} cannot be installed: {argv[0]}: {error.strerror}", "") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace")
        raise ToolError(f"{what} cannot be installed: {telling_line(said) or 'no reason was given'}", said)
    return done.stdout.decode(errors="replace")


def runtime_folder(program: Path) -> str:
    """The folder that an interpreter is installed in: of `/opt/node/bin/node` that is `/opt/node`.

    The program alone where the folder would be the root, or hold the user's home: that would grant too much.
    """
    real = program.resolve()
    prefix = real.parent.parent
    if real.parent.name != "bin" or prefix == Path(prefix.anchor) or Path.home().is_relative_to(prefix):
        return str(real)
    return str(prefix)
