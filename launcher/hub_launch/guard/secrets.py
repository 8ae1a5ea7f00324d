"""The user's secrets: in the system's keyring and nowhere else. A file says which there are, without their values."""

import contextlib
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded, write_atomic
from hub_launch.guard.keyring import SERVICE, Keyring, system_keyring
from hub_launch.text import printable

# What begins a value that stands for a secret.
REFERENCE = "keyring:"

# Names of some ten thousand.
MAX_BYTES = 1024 * 1024
# The largest that are known are private keys of four kilobytes; a keyring is no place for files.
MAX_SECRET = 64 * 1024

# `github`, or `<id>.<parameter>` for what a server is given without being told.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class Secrets:
    """Those of one user."""

    def __init__(self, names: Path, open_keyring: Callable[[], Keyring | None] = system_keyring) -> None:
        """names: the file with their names."""
        self._path = names
        self._open = open_keyring

    @functools.cached_property
    def _keyring(self) -> Keyring:
        found = self._open()
        if found is None:
            raise HubError(
                "This machine has no keyring for secrets",
                '`pip install "mcp-hub-launch[keyring]"`, or give the secret as an environment variable',
                ExitCode.USAGE,
            )
        return found

    def names(self) -> list[str]:
        """Which there are, sorted."""
        try:
            names = json.loads(read_bounded(self._path, MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            return []
        return sorted({one for one in names if isinstance(one, str)}) if isinstance(names, list) else []

    def get(self, name: str) -> str:
        """Its value. Raises HubError (exit 2) where there is none, or the keyring does not give it."""
        with _asking("read"):
            value = self._keyring.get_password(SERVICE, _user(name))
        if value is None:
            raise HubError(
                f"There is no secret {printable(name)!r} in the keyring",
                f"`hub-launch secret set {printable(name)}`",
                ExitCode.USAGE,
            )
        return value

    def check(self, name: str) -> None:
        """Raise HubError (exit 2) where nothing can be kept under that name: told before anybody types a secret."""
        if not _NAME.fullmatch(name):
            raise HubError(
                f"{printable(name)!r} is no name for a secret",
                "letters, digits, dots, hyphens and underscores, e.g. `github` or `github.token`",
                ExitCode.USAGE,
            )
        _ = self._keyring

    def set(self, name: str, value: str) -> None:
        """Keep it. Raises HubError (exit 2)."""
        self.check(name)
        if not value or len(value) > MAX_SECRET:
            raise HubError(f"A secret has 1 to {MAX_SECRET:,} characters", "nothing was changed", ExitCode.USAGE)
        with _asking("changed"):
            self._keyring.set_password(SERVICE, _user(name), value)
        self._write([*self.names(), name])

    def remove(self, name: str) -> None:
        """Forget it. Raises HubError (exit 2) where there is none."""
        self.get(name)
        with _asking("changed"):
            self._keyring.delete_password(SERVICE, _user(name))
        self._write([one for one in self.names() if one != name])

    def _write(self, names: Sequence[str]) -> None:
        try:
            write_atomic(self._path, json.dumps(sorted(set(names))).encode())
        except OSError as error:
            raise HubError(
                f"{self._path}, which has the names of your secrets, cannot be written: {error.strerror or error}",
                "make room or correct permissions, and do it again: the keyring has changed already",
            ) from error


def resolved(given: Mapping[str, Sequence[str]], secrets: Secrets) -> tuple[dict[str, list[str]], frozenset[str]]:
    """The values of parameters with what `keyring:<name>` stands for, and what of them is secret therefore.

    Raises HubError (exit 2) for a secret that is not there.
    """
    found: set[str] = set()

    def value_of(text: str) -> str:
        if not text.startswith(REFERENCE):
            return text
        value = secrets.get(text.removeprefix(REFERENCE))
        found.add(value)
        return value

    values = {name: [value_of(text) for text in texts] for name, texts in given.items()}
    return values, frozenset(found)


@contextlib.contextmanager
def _asking(what: str) -> Iterator[None]:
    try:
        yield
    except HubError:
        raise
    # Each system's raises its own: locked, refused by its user, not running.
    except Exception as error:
        raise HubError(
            f"The keyring cannot be {what}: {printable(str(error)) or type(error).__name__}",
            "unlock it, or give the secret as an environment variable",
            ExitCode.USAGE,
        ) from error


def _user(name: str) -> str:
    return f"secret {name}"
