"""Who started what outlives its starter: a lock that ends with the process, whatever ended that.

What a container engine runs is nobody's child. Each launcher marks its own with a token, and holds a lock of that
name; a lock that nobody holds any more is of a launcher that is gone, and what has its token is left over.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

# Tells apart launchers that had the same process id, one after the other or in two containers.
_RANDOM_BYTES = 4


class Owner:
    """This process's token, for as long as it lives."""

    def __init__(self, folder: Path) -> None:
        """folder: where all launchers that may look after each other keep their locks."""
        folder.mkdir(parents=True, exist_ok=True)
        self.token = f"{os.getpid()}-{secrets.token_hex(_RANDOM_BYTES)}"
        self._folder = folder
        # Threads start servers: the lock is the process's.
        self._lock = FileLock(folder / f"{self.token}.lock", thread_local=False)
        self._lock.acquire(timeout=0)

    def gone(self) -> Iterator[str]:
        """The tokens of launchers that are gone. Each is told once: what has it must be removed now."""
        for path in sorted(self._folder.glob("*.lock")):
            token = path.name.removesuffix(".lock")
            if token != self.token and _is_free(path):
                yield token
                path.unlink(missing_ok=True)

    def release(self) -> None:
        """As the end of the process does."""
        self._lock.release()


def _is_free(path: Path) -> bool:
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        # Another user's, or on a file system without locks: not ours to judge.
        return False
    lock.release()
    return True
