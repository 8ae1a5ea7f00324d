"""Reading and changing `hub.lock`. A broken one is never taken for an empty one."""

import contextlib
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from hub_launch.catalog.lock import Lock
from hub_launch.config.defaults import NAMES
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import free_name, read_bounded, write_atomic
from hub_launch.text import printable

NAME = "hub.lock"
# A thousand servers with long commands; more is not what we wrote.
MAX_BYTES = 16 * 1024 * 1024
# Another launcher writes it in milliseconds.
WAIT_SECONDS = 10

Change = Callable[[Lock], Lock]


def locking_command(path: Path) -> str:
    """The command that writes to the lock at `path`, from whichever folder it is typed in."""
    beside = next((one for name in NAMES if (one := path.with_name(name)).is_file()), None)
    if beside:
        return f"hub-launch lock --config {shlex.quote(str(beside))}"
    # In such a folder, the one that is meant without a word is another.
    here = any(Path(name).is_file() for name in NAMES)
    return "hub-launch lock --no-config" if here else "hub-launch lock"


class LockFile:
    """The lock at one place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[tuple[int, int, int], Lock] | None = None

    def read(self) -> Lock:
        """What is in it; an empty lock where there is no file. Raises HubError (exit 4) for a broken one."""
        try:
            data = read_bounded(self.path, MAX_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            return Lock()
        except (OSError, ValueError) as error:
            raise self._broken(str(error)) from error
        try:
            return Lock.model_validate_json(data, by_alias=True, by_name=False)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise self._broken(f"{where}: {first['msg']}" if where else first["msg"]) from error

    def read_if_changed(self) -> Lock:
        """As `read`, for whoever asks often: the file is read again once it is another."""
        try:
            about = self.path.stat()
        except OSError:
            return self.read()
        # It is always replaced as a whole.
        state = (about.st_ino, about.st_mtime_ns, about.st_size)
        if self._seen is None or self._seen[0] != state:
            self._seen = (state, self.read())
        return self._seen[1]

    def change(self, change: Change) -> Lock:
        """Read it, change it and write it, and nobody else meanwhile. Raises HubError (exit 4)."""
        with self._alone():
            before = self.read()
            after = change(before)
            if after != before:
                self._write(after)
            return after

    def reset(self) -> Path | None:
        """Begin anew, with what was there kept aside; where, or None if there was nothing."""
        with self._alone():
            if not self.path.exists():
                return None
            aside = free_name(self.path, "broken")
            self.path.replace(aside)
            return aside

    def _write(self, lock: Lock) -> None:
        servers = {name: lock.servers[name] for name in sorted(lock.servers)}
        text = lock.model_copy(update={"servers": servers}).model_dump_json(indent=2, exclude_none=True)
        try:
            write_atomic(self.path, text.encode() + b"\n")
        except OSError as error:
            raise self._unwritten(error) from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        guard = FileLock(self.path.with_suffix(".lock.guard"), timeout=WAIT_SECONDS)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            guard.acquire()
        except Timeout as error:
            raise HubError(
                f"Another launcher has been changing {self.path} for {WAIT_SECONDS} s",
                "try again; if none runs any more, remove the file beside it that ends in .guard",
                ExitCode.CONSENT,
            ) from error
        # After the one above, which is one of these.
        except OSError as error:
            raise self._unwritten(error) from error
        try:
            yield
        finally:
            guard.release()

    def _unwritten(self, error: OSError) -> HubError:
        return HubError(
            f"{self.path} cannot be written: {error.strerror or error}",
            "make room or correct permissions: what was agreed to is asked about again otherwise",
            ExitCode.CONSENT,
        )

    def _broken(self, why: str) -> HubError:
        return HubError(
            f"{self.path} is broken ({printable(why)}), so it is not known what was agreed to, and nothing was started",
            "restore it, from version control say; or keep it aside and be asked anew: "
            f"`{locking_command(self.path)} --reset`",
            ExitCode.CONSENT,
        )
