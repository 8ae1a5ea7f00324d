"""Making and signing roots: what happens at a ceremony, on machines without a network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import SSlibKey
from tuf.api.metadata import Metadata, Root

from hub_build.sign import keys
from hub_build.sign.policy import ROOT_KEYS
from hub_build.sign.roles import new_root, next_root, signed_bytes, to_bytes
from hub_build.sign.roots import is_development, read_root, signatures
from hub_launch.errors import ExitCode, HubError


@dataclass(frozen=True, slots=True)
class Changes:
    """What the next root does differently, as files with public keys."""

    add: tuple[Path, ...] = ()
    remove: tuple[Path, ...] = ()
    online: Path | None = None


def first_root(made: Mapping[str, Ed25519PrivateKey], now: datetime, *, development: bool = False) -> bytes:
    """A root of keys that are all here, signed by all of them. `made`: by the names of keys.NAMES."""
    signers = {name: keys.signer(key) for name, key in made.items()}
    online = signers.pop("online")
    root = new_root([one.public_key for one in signers.values()], online.public_key, now, development=development)
    return signed_bytes(root, signers.values())


def unsigned_root(root_keys: Sequence[Path], online: Path | None, now: datetime) -> bytes:
    """A root of public keys. Raises HubError (exit 2) unless there are enough different ones."""
    publics = [keys.load_public(path) for path in root_keys]
    if online is None or len({one.keyid for one in publics}) < ROOT_KEYS:
        raise HubError(
            f"a root needs {ROOT_KEYS} different root keys and the online key",
            "--root-key a.pub --root-key b.pub --root-key c.pub --online-key online.pub",
            ExitCode.USAGE,
        )
    return signed_bytes(new_root(publics, _apart(keys.load_public(online), publics), now), [])


def with_signature(path: Path, key: Path, passphrase: str) -> bytes:
    """The root with one more signature."""
    metadata = read_root(path)
    # A key that rotates out signs the next root too, though that root does not name it any more.
    metadata.sign(keys.load(key, passphrase), append=True)
    return to_bytes(metadata)


def rotated(old: Path, changes: Changes, now: datetime) -> bytes:
    """The next root, not signed yet. Raises HubError (exit 2) for keys that do not fit."""
    before = read_root(old).signed
    removed = [keys.load_public(path).keyid for path in changes.remove]
    unknown = [path for path, keyid in zip(changes.remove, removed, strict=True) if keyid not in _ids(before)]
    if unknown:
        raise HubError(f"{unknown[0]} is no root key of {old}", code=ExitCode.USAGE)
    add = [keys.load_public(path) for path in changes.add]
    online = keys.load_public(changes.online) if changes.online else None
    if len({*_ids(before), *(key.keyid for key in add)} - {*removed}) < ROOT_KEYS:
        raise HubError(f"fewer than {ROOT_KEYS} root keys would be left", "--add PUB replaces one", ExitCode.USAGE)
    return signed_bytes(next_root(before, now, add, removed, online), [])


def summary(path: Path, previous: Path | None) -> str:
    """What a root says, for the people who are about to sign it."""
    metadata = read_root(path)
    root = metadata.signed
    lines = [f"root {root.version}, valid until {root.expires:%Y-%m-%d}"]
    if is_development(root):
        lines.append("  a development root: its keys are no secret")
    lines += [f"  root key    {keyid}{_mark(metadata, keyid)}" for keyid in _ids(root)]
    lines += [f"  online key  {keyid}" for keyid in root.roles["timestamp"].keyids]
    lines.append(f"  signed by {_count(metadata, root)} of its own keys")
    if previous:
        lines.append(f"  signed by {_count(metadata, read_root(previous).signed)} of the keys before")
    return "\n".join(lines)


def _count(metadata: "Metadata[Root]", by: Root) -> str:
    there, needed = signatures(metadata, by)
    return f"{there} ({needed} needed)"


def _mark(metadata: "Metadata[Root]", keyid: str) -> str:
    return "  (signed)" if keyid in metadata.signatures else ""


def _ids(root: Root) -> list[str]:
    return sorted(root.roles["root"].keyids)


def _apart(online: SSlibKey, publics: Sequence[SSlibKey]) -> SSlibKey:
    if online.keyid in {one.keyid for one in publics}:
        raise HubError("the online key is one of the root keys", "`hub-build sign key` makes another", ExitCode.USAGE)
    return online
