"""The signed part of a site: `metadata/`, and `targets/` with the index under its hash.

hub-build's own manifest lists neither, so compiling a site leaves them alone. Versioned metadata stays published for
ever: a timestamp that a network kept still finds what it names. The timestamp is written last: whoever is interrupted
leaves the registry as it was.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from hub_build.sign.policy import KEPT_INDEXES, RENEW_BEFORE, TIMESTAMP_RENEW_BEFORE
from hub_build.sign.roles import INDEX, ONLINE_ROLES, signed_bytes, snapshot, targets, timestamp
from hub_build.sign.roots import Roots
from hub_launch.catalog import sha256_hex
from hub_launch.errors import ExitCode, HubError, why

METADATA = "metadata"
TARGETS = "targets"
TIMESTAMP = f"{METADATA}/timestamp.json"

Role = TypeVar("Role", Targets, Snapshot, Timestamp)


@dataclass(frozen=True, slots=True)
class Published:
    """The roles that a site has now."""

    targets: "Metadata[Targets]"
    snapshot: "Metadata[Snapshot]"
    timestamp: "Metadata[Timestamp]"


def published(site: Path) -> Published | None:
    """The site's metadata; None if it was never signed. Raises HubError if a file is missing or broken."""
    if not (site / TIMESTAMP).exists():
        return None
    newest = _role(Timestamp, site / TIMESTAMP)
    snap = _role(Snapshot, site / METADATA / f"{newest.signed.snapshot_meta.version}.snapshot.json")
    aim = _role(Targets, site / METADATA / f"{snap.signed.meta['targets.json'].version}.targets.json")
    return Published(aim, snap, newest)


def read_index(site: Path) -> bytes:
    """The index that hub-build wrote. Raises HubError (exit 3) if there is none."""
    try:
        return (site / INDEX).read_bytes()
    except OSError as error:
        raise HubError(
            f"{site / INDEX} cannot be read: {why(error)}", "`hub-build site` writes the site", ExitCode.REGISTRY
        ) from error


def publication(
    index: bytes, before: Published | None, roots: Roots, signer: CryptoSigner, now: datetime
) -> dict[str, bytes]:
    """The files that make `index` the current one, in the order in which they must be written. Pure.

    Empty if `before` says so already, with keys and dates that last.
    """
    _check_signer(roots.newest, signer)
    files = {f"{METADATA}/{version}.root.json": data for version, data in roots.files.items()}
    if before and _says(before, index) and _lasts(before, roots.newest, now):
        if before.timestamp.signed.is_expired(now + TIMESTAMP_RENEW_BEFORE):
            files[TIMESTAMP] = _timestamp(before, before.snapshot.signed.version, signer, now)
        return files
    files[f"{TARGETS}/{sha256_hex(index)}.{INDEX}"] = index
    version = before.targets.signed.version + 1 if before else 1
    files[f"{METADATA}/{version}.targets.json"] = signed_bytes(targets(version, index, now), [signer])
    snap = before.snapshot.signed.version + 1 if before else 1
    files[f"{METADATA}/{snap}.snapshot.json"] = signed_bytes(snapshot(snap, version, now), [signer])
    files[TIMESTAMP] = _timestamp(before, snap, signer, now)
    return files


def renewal(index: bytes, before: Published, roots: Roots, signer: CryptoSigner, now: datetime) -> dict[str, bytes]:
    """The files that extend what is published, in the order of writing. Raises HubError for another index."""
    if not _says(before, index):
        raise HubError(
            f"{INDEX} is not the one that was published", "`hub-build sign publish` publishes it", ExitCode.REGISTRY
        )
    files = publication(index, before, roots, signer, now)
    if TIMESTAMP not in files:
        files[TIMESTAMP] = _timestamp(before, before.snapshot.signed.version, signer, now)
    return files


def write(site: Path, files: dict[str, bytes]) -> list[str]:
    """Write what differs, in order. Returns the paths. Raises HubError, with the registry as it was."""
    changed = [path for path, data in files.items() if not _has(site / path, data)]
    try:
        for path in changed:
            _place(site / path, files[path])
        _drop_old_indexes(site)
    except OSError as error:
        raise HubError(
            f"{site} cannot be written: {why(error)}",
            "what was published is still whole; free space or correct permissions and run again",
        ) from error
    return changed


def _timestamp(before: Published | None, snap: int, signer: CryptoSigner, now: datetime) -> bytes:
    return signed_bytes(timestamp(before.timestamp.signed.version + 1 if before else 1, snap, now), [signer])


def _says(before: Published, index: bytes) -> bool:
    target = before.targets.signed.targets.get(INDEX)
    return target is not None and target.hashes.get("sha256") == sha256_hex(index)


def _lasts(before: Published, root: Root, now: datetime) -> bool:
    """Whether what is published has its dates well ahead of it, and is signed with the key that is valid now."""
    if any(one.signed.is_expired(now + RENEW_BEFORE) for one in (before.targets, before.snapshot)):
        return False
    try:
        for role in (before.targets, before.snapshot, before.timestamp):
            root.verify_delegate(role.signed.type, role.signed_bytes, role.signatures)
    except RepositoryError:
        return False
    return True


def _check_signer(root: Root, signer: CryptoSigner) -> None:
    for role in ONLINE_ROLES:
        if signer.public_key.keyid not in root.roles[role].keyids:
            raise HubError(
                f"the online key is not the one that root {root.version} names for {role}",
                "is it the key of another registry, or one that was rotated out?",
                ExitCode.USAGE,
            )


def _role(kind: type[Role], path: Path) -> "Metadata[Role]":
    try:
        metadata: Metadata[Role] = Metadata.from_file(str(path))
        if not isinstance(metadata.signed, kind):
            raise DeserializationError(f"it is {metadata.signed.type}")  # noqa: TRY301  # told as the others are
    except (OSError, DeserializationError, RepositoryError) as error:
        raise HubError(
            f"{path} is missing or broken: {error}",
            "take the whole of metadata/ from where the registry is published; its versions must go on",
            ExitCode.REGISTRY,
        ) from error
    return metadata


def _has(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _place(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.hub-build")
    try:
        staged.write_bytes(data)
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


def _drop_old_indexes(site: Path) -> None:
    """Keep the copies that the last few targets name, whatever dates a checkout gave their files."""
    metadata = (site / METADATA).glob("*.targets.json")
    newest = sorted(metadata, key=lambda path: int(path.name.partition(".")[0]))[-KEPT_INDEXES:]
    named = {f"{_role(Targets, path).signed.targets[INDEX].hashes['sha256']}.{INDEX}" for path in newest}
    for path in (site / TARGETS).glob(f"*.{INDEX}"):
        if path.name not in named:
            path.unlink()
