"""Approvals that cannot be brought along: each is sealed with a key that only this user on this machine has."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub_launch.catalog import canonical_json
from hub_launch.catalog.lock import Approval, Pin
from hub_launch.files import write_atomic

KEY_BYTES = 32

NO_VALUES: Mapping[str, str] = {}


class Seal:
    """Makes approvals, and tells its own from others."""

    def __init__(self, key: bytes, problem: str = "") -> None:
        self._key = key
        self.problem = problem
        """Why its approvals hold for this run alone; empty for the user's own key."""

    @classmethod
    def of_user(cls, path: Path) -> "Seal":
        """The seal whose key is at `path`; made there, for nobody else to read, when it is first needed.

        Where it cannot be kept, one that nothing approved earlier was sealed with: a full disk stops no hub.
        """
        try:
            return cls(_read(path) or _make(path))
        except OSError as error:
            problem = f"the key that approvals are sealed with cannot be kept at {path}: {error.strerror or error}"
            return cls(secrets.token_bytes(KEY_BYTES), problem)

    def approve(self, server: str, pin: Pin, day: date, tier: str = "", values: Mapping[str, str] = NO_VALUES) -> Pin:
        """The pin, with the user's approval of all that is in it, of that tier of the sandbox, and of these values."""
        return self._sealed(server, pin, day.isoformat(), tier, self.marks(server, values) or None)

    def again(self, server: str, pin: Pin, approval: Approval) -> Pin:
        """The pin, agreed to as it is now in all that `approval` says beside it."""
        return self._sealed(server, pin, approval.date, approval.tier, approval.values)

    def marks(self, server: str, values: Mapping[str, str]) -> dict[str, str]:
        """What tells whether values are those that were agreed to, and nobody what they are; by name."""
        return {name: self._hmac([server, name, value]) for name, value in values.items()}

    def holds(self, server: str, pin: Pin) -> bool:
        """Whether this user has agreed to exactly that."""
        return pin.approval is not None and hmac.compare_digest(
            pin.approval.mac, self._mac(server, pin, pin.approval.tier, pin.approval.values)
        )

    def _sealed(self, server: str, pin: Pin, day: str, tier: str, marks: Mapping[str, str] | None) -> Pin:
        approval = Approval(date=day, mac=self._mac(server, pin, tier, marks), tier=tier, values=marks)
        return pin.model_copy(update={"approval": approval})

    def _mac(self, server: str, pin: Pin, tier: str, marks: Mapping[str, str] | None) -> str:
        # What was sealed before there were such pins, and such approvals, holds on.
        absent = set() if pin.tools_sha256_with else {"tools_sha256_with"}
        said = [server, pin.model_dump(mode="json", exclude={"approval", *absent})]
        return self._hmac([*said, *([tier, dict(marks or {})] if tier or marks else ())])

    def _hmac(self, said: list[Any]) -> str:
        return hmac.new(self._key, canonical_json(said), sha256).hexdigest()


def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return b""
    # A key cut off by a full disk would seal all the same, and be guessed.
    return key if len(key) == KEY_BYTES else b""


def _make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(KEY_BYTES)
    # For nobody else to read from its first moment on: it is made by mkstemp.
    write_atomic(path, key)
    return key
