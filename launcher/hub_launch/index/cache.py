"""What is kept of a registry between starts: its last good index, the proof of it, and documents by their hash.

One small state file, replaced atomically, says which index is the good one. Whatever happens half-way, a reader sees
the old state or the new one. The lock is held for the moment of replacing alone, so that a slow host blocks no other
launcher.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.files import read_bounded, write_atomic

# The metadata of one registry is some kilobytes; a megabyte leaves room for roots that rotated for years.
MAX_STATE_BYTES = 1024 * 1024
STATE_VERSION = 1

# Where the library that verifies keeps these.
TIMESTAMP = "timestamp.json"
ROOTS = "root_history/"

# Replacing a few files takes milliseconds. Who holds the lock longer is stuck, and then nothing is kept this time.
LOCK_SECONDS = 10


@dataclass(frozen=True, slots=True)
class State:
    """Which index is the last good one, and how it is known to be."""

    location: str
    sha256: str
    """Of the index."""
    checked: float
    """When the registry last confirmed it, in seconds since 1970. A check that fails never renews this."""
    etag: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Verified TUF metadata by file name, as text; empty for a registry that is not signed."""


class Cache:
    """The folder of one registry, e.g. ~/.cache/hub-launch/registries/0123456789abcdef/; safe to delete."""

    def __init__(self, cache_dir: Path, location: str, root: bytes = b"") -> None:
        # By root too: what was accepted without a signature, or with another one's, never stands in for the signed.
        key = location.encode() + (b"\n" + sha256_hex(root).encode() if root else b"")
        self.folder = cache_dir / "registries" / sha256_hex(key)[:16]

    def state(self) -> State | None:
        """The last good state; None if there is none, or a damaged one."""
        try:
            document: Any = json.loads(read_bounded(self._state_path, MAX_STATE_BYTES))
            if document.pop("version") != STATE_VERSION:
                return None
            state = State(**document)
            return state if _is_sound(state) else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def index_path(self, sha256: str) -> Path:
        """Where an index is kept."""
        return self.folder / f"{sha256}.index.json"

    def table_path(self, sha256: str) -> Path:
        """Where the index is kept in a form that is searched without reading all of it."""
        return self.folder / f"{sha256}.sqlite"

    def document_path(self, sha256: str) -> Path:
        """Where a document is kept."""
        return self.folder / "documents" / f"{sha256}.json"

    def index(self, sha256: str, limit: int) -> bytes | None:
        """The kept index, if its bytes are still the right ones."""
        return read_hashed(self.index_path(sha256), limit, sha256)

    def keep(self, state: State, index: bytes | None = None) -> None:
        """Make `state` the last good one; `index` are its bytes where they are new. Raises OSError.

        What another launcher found out meanwhile is not overwritten by what is older.
        """
        with self._locked():
            before = self.state()
            if before and _versions(before) > _versions(state):
                return
            if index is not None:
                write_atomic(self.index_path(state.sha256), index)
            write_atomic(self._state_path, canonical_json({"version": STATE_VERSION, **asdict(state)}))
            self._drop_old({state.sha256, before.sha256 if before else ""})

    def _drop_old(self, wanted: set[str]) -> None:
        """Remove indexes other than the current one and the one before, which another launcher may be reading."""
        for path in [*self.folder.glob("*.index.json"), *self.folder.glob("*.sqlite")]:
            if path.name.partition(".")[0] not in wanted:
                path.unlink(missing_ok=True)

    @property
    def _state_path(self) -> Path:
        return self.folder / "state.json"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        # Here, since what only reads needs no lock (and no 40 ms of import).
        import filelock

        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with filelock.FileLock(self.folder / "lock", timeout=LOCK_SECONDS):
                yield
        except filelock.Timeout as error:
            raise TimeoutError(f"another launcher holds {self.folder / 'lock'}") from error


def read_hashed(path: Path, limit: int, sha256: str) -> bytes | None:
    """The file's bytes if they are what the hash says, else None."""
    try:
        data = read_bounded(path, limit)
    except (OSError, ValueError):
        return None
    return data if sha256_hex(data) == sha256 else None


def _is_sound(state: State) -> bool:
    """Whether a state that was read from disk has the types it claims. Raises what `state` takes for damage, too."""
    texts = (state.location, state.sha256, state.etag, *state.metadata.keys(), *state.metadata.values())
    if not isinstance(state.checked, int | float) or not all(isinstance(one, str) for one in texts):
        return False
    _versions(state)
    return True


def _versions(state: State) -> tuple[int, int]:
    """Versions of root and timestamp. The root goes first: after a theft of keys a new root may let others restart."""
    if TIMESTAMP not in state.metadata:
        return 0, 0
    roots = [int(name.rpartition("/")[2].partition(".")[0]) for name in state.metadata if name.startswith(ROOTS)]
    return max(roots, default=0), int(json.loads(state.metadata[TIMESTAMP])["signed"]["version"])
