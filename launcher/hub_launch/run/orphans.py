"""Nothing outlives the hub, also when that is killed and can clear up nothing.

A hub with children holds a lock on a file of its own in a folder of runs, and has a shell wait for its end. When the
hub ends without having said so, the shell becomes this program, which ends what the hub had started. Where that was
killed too, whoever next starts a server finds a file that nobody holds, and does the same.
"""

import functools
import os
import sys
from pathlib import Path

from hub_launch.run.family import carries, end
from hub_launch.run.processes import Process, listed, mark_of

# What lost its hub has lost its input as well; who has not ended by then does not mean to.
_PATIENCE_SECONDS = 1.0


def end_orphans(folder: Path) -> None:
    """End what hubs have left behind that were killed; blocks while it does."""
    for path in abandoned(folder):
        if (held := lock(path)) is None:
            continue
        try:
            end(functools.partial(_marked, path.name.replace(".", "/")), _PATIENCE_SECONDS)
            path.unlink(missing_ok=True)
        finally:
            os.close(held)


def abandoned(folder: Path) -> list[Path]:
    """The files of hubs that ended without removing theirs."""
    try:
        # The names of files that are about to be locked begin with a dot.
        paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return []
    free = []
    for path in paths:
        if (held := lock(path)) is not None:
            os.close(held)
            free.append(path)
    return free


def _marked(mark: str) -> list[Process]:
    # This program was started by the hub it clears up after, and may have been started by another's child.
    run = _run_of(mark)
    return [one for one in listed().values() if one.pid != os.getpid() and carries(_run_of(mark_of(one.pid)), run)]


def _run_of(mark: str) -> str:
    """A mark without the children's numbers: of which hub, started by which."""
    return "/".join(part.partition("-")[0] for part in mark.split("/"))


def lock(path: Path) -> int | None:
    """The open file, locked until it is closed or its program ends; None if another holds it."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        file = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return None
    return file


def lock_path(folder: Path, mark: str) -> Path:
    """The file that the hub of that mark holds a lock on while it has children."""
    return folder / mark.replace("/", ".")


def main() -> None:
    """What the shell becomes: `<folder of runs> <mark>`. The folder may be one that could not be written to."""
    folder, mark = Path(sys.argv[1]), sys.argv[2]
    if not lock_path(folder, mark).exists():
        end(functools.partial(_marked, mark), _PATIENCE_SECONDS)
    end_orphans(folder)


if __name__ == "__main__":
    main()
