"""What is kept of signing in: a small file for each server, its secrets in the system's keyring where there is one."""

import contextlib
import functools
import json
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub_launch.catalog import sha256_hex
from hub_launch.files import read_bounded, write_atomic
from hub_launch.guard.keyring import SERVICE, Keyring
from hub_launch.run.exchange import Challenge

# Tokens are a few kilobytes, and so is what is known of who issues them.
MAX_RECORD_BYTES = 256 * 1024
# Of a `WWW-Authenticate` header, more than any that says something.
MAX_CHALLENGE = 8 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """A signed-in server."""

    url: str
    """Where it is. Tokens go nowhere else, whatever becomes of the entry of that id."""
    id: str
    """As whom the user signed in to it; for people."""
    secret: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Tokens and registration, as OAuth names them; see oauth.py."""
    in_keyring: bool = False


class Store:
    """The records below a folder, e.g. ~/.local/state/hub-launch/signin/; nobody else may read them."""

    def __init__(self, folder: Path, open_keyring: Callable[[], Keyring | None] = lambda: None) -> None:
        """open_keyring: `system_keyring`, asked when it is needed; without one, secrets are kept in files."""
        self.folder = folder
        self._open_keyring = open_keyring

    @functools.cached_property
    def _keyring(self) -> Keyring | None:
        return self._open_keyring()

    def path(self, url: str) -> Path:
        """Where the record of a server is."""
        return self.folder / f"{sha256_hex(url.encode())[:32]}.json"

    def load(self, url: str) -> Record | None:
        """The record of a server; None without one, or with a damaged one."""
        try:
            record = _record(json.loads(read_bounded(self.path(url), MAX_RECORD_BYTES)))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        if record.url != url:
            return None
        return self._with_secret(record) if record.in_keyring else record

    def save(self, record: Record) -> bool:
        """Keep a record. Returns whether its secrets are in the keyring; they are in the file otherwise."""
        in_keyring = self._keep(record.url, json.dumps(dict(record.secret)))
        document = {"url": record.url, "id": record.id, "inKeyring": in_keyring}
        if not in_keyring:
            document["secret"] = dict(record.secret)
        self.folder.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
        # Never readable for others, not even for a moment: it is made by mkstemp.
        write_atomic(self.path(record.url), json.dumps(document).encode())
        return in_keyring

    def keep_challenge(self, url: str, challenge: Challenge) -> None:
        """Keep why a server refused a request last: the next signing in begins with it."""
        if len(challenge.header) <= MAX_CHALLENGE and challenge != self.challenge(url):
            self.folder.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
            write_atomic(self._challenge(url), json.dumps([challenge.status, challenge.header]).encode())

    def challenge(self, url: str) -> Challenge | None:
        """Why the server refused a request, unless the user signed in since."""
        try:
            status, header = json.loads(read_bounded(self._challenge(url), MAX_RECORD_BYTES))
        except (OSError, ValueError, TypeError):
            return None
        return Challenge(status, header) if isinstance(status, int) and isinstance(header, str) else None

    def forget_challenge(self, url: str) -> None:
        """The user signed in."""
        self._challenge(url).unlink(missing_ok=True)

    def _challenge(self, url: str) -> Path:
        return self.path(url).with_suffix(".refused")

    def remove(self, url: str) -> bool:
        """Forget a server. Returns whether there was anything to forget."""
        if self._keyring:
            # It raises for what is not there, in a way of each system's own.
            with contextlib.suppress(Exception):
                self._keyring.delete_password(SERVICE, url)
        try:
            self.path(url).unlink()
        except FileNotFoundError:
            return False
        return True

    def all(self) -> Iterator[Record]:
        """Every record, without its secrets."""
        for path in sorted(self.folder.glob("*.json")):
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
                record = _record(json.loads(read_bounded(path, MAX_RECORD_BYTES)))
                yield Record(record.url, record.id, {}, record.in_keyring)

    def _with_secret(self, record: Record) -> Record | None:
        try:
            text = self._keyring.get_password(SERVICE, record.url) if self._keyring else None
            secret = json.loads(text) if text else None
        except Exception:  # a locked keyring, say; each system's raises its own
            return None
        return Record(record.url, record.id, secret, in_keyring=True) if isinstance(secret, dict) else None

    def _keep(self, url: str, secret: str) -> bool:
        if self._keyring is None:
            return False
        try:
            self._keyring.set_password(SERVICE, url, secret)
            # Some forget at once, and some cut what is long.
            return self._keyring.get_password(SERVICE, url) == secret
        except Exception:  # a locked keyring, or a secret too long for it; each system's raises its own
            return False


def _record(document: Any) -> Record:
    url, server, secret = document["url"], document["id"], document.get("secret", {})
    if not (isinstance(url, str) and isinstance(server, str) and isinstance(secret, dict)):
        raise TypeError("not a record")
    return Record(url, server, secret, bool(document.get("inKeyring")))
