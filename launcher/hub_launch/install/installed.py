"""An installed package, and the file that remembers it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from hub_launch.files import write_atomic


@dataclass(frozen=True, slots=True)
class Installed:
    """How an installed package is started."""

    command: tuple[str, ...]
    """Its program, absolute, with what comes before the server's own arguments."""
    programs: tuple[str, ...]
    """The files and folders that the command is made of; see StdioLaunch.programs."""

    @property
    def complete(self) -> bool:
        """Whether everything is still there: a user may empty caches, and upgrade what runs packages."""
        return all(Path(path).exists() for path in (self.command[0], *self.programs))


def read_installed(path: Path) -> Installed | None:
    """What the file `path` remembers, or None: it is missing or broken, or what it names is not there any more."""
    try:
        document = json.loads(path.read_bytes())
        found = Installed(tuple(document["command"]), tuple(document["programs"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if found.command and found.complete else None


def write_installed(path: Path, installed: Installed) -> None:
    """Remember `installed`; whoever reads the file sees all of it or nothing."""
    write_atomic(path, json.dumps(asdict(installed), indent=1).encode())
