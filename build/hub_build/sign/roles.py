"""The four roles of TUF as metadata. Pure: keys, versions and the clock come in, signed metadata comes out.

The same input gives the same bytes: ed25519 signatures have no chance in them.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from hub_build.sign.policy import (
    DEVELOPMENT_EXPIRES,
    ROOT_DAYS,
    ROOT_THRESHOLD,
    SNAPSHOT_DAYS,
    TARGETS_DAYS,
    TIMESTAMP_DAYS,
)
from hub_launch.catalog import sha256_hex

INDEX = "index.json"
Role = TypeVar("Role", Root, Targets, Snapshot, Timestamp)

ONLINE_ROLES = ("targets", "snapshot", "timestamp")
DEVELOPMENT = "x-mcp-hub-development"
"""In a root: its keys are no secret. Launchers believe such a root on their own machine alone."""


def new_root(root_keys: Sequence[SSlibKey], online: SSlibKey, now: datetime, *, development: bool = False) -> Root:
    """The first root: who may sign what."""
    root = Root(version=1, expires=DEVELOPMENT_EXPIRES if development else _until(now, ROOT_DAYS))
    if development:
        root.unrecognized_fields[DEVELOPMENT] = True
    for key in root_keys:
        root.add_key(key, "root")
    root.roles["root"].threshold = min(ROOT_THRESHOLD, len(root_keys))
    for role in ONLINE_ROLES:
        root.add_key(online, role)
    return root


def next_root(
    old: Root, now: datetime, add: Iterable[SSlibKey], remove: Iterable[str], online: SSlibKey | None
) -> Root:
    """The root after `old`: valid for another year, with keys exchanged. `remove` are ids of root keys."""
    root = Root.from_dict(old.to_dict())
    root.version += 1
    root.expires = _until(now, ROOT_DAYS)
    for keyid in remove:
        root.revoke_key(keyid, "root")
    for key in add:
        root.add_key(key, "root")
    if online:
        for role in ONLINE_ROLES:
            for keyid in list(root.roles[role].keyids):
                root.revoke_key(keyid, role)
            root.add_key(online, role)
    return root


def targets(version: int, index: bytes, now: datetime) -> Targets:
    """What the index is: its hash and length."""
    file = TargetFile(len(index), {"sha256": sha256_hex(index)}, INDEX)
    return Targets(version=version, expires=_until(now, TARGETS_DAYS), targets={INDEX: file})


def snapshot(version: int, targets_version: int, now: datetime) -> Snapshot:
    """Which targets belong together: here, which one."""
    meta = {"targets.json": MetaFile(targets_version)}
    return Snapshot(version=version, expires=_until(now, SNAPSHOT_DAYS), meta=meta)


def timestamp(version: int, snapshot_version: int, now: datetime) -> Timestamp:
    """That this is the newest, for two weeks."""
    return Timestamp(version=version, expires=_until(now, TIMESTAMP_DAYS), snapshot_meta=MetaFile(snapshot_version))


def signed_bytes(role: Role, signers: Iterable[CryptoSigner]) -> bytes:
    """The role as a file, signed by each signer."""
    metadata: Metadata[Role] = Metadata(role)
    for signer in signers:
        metadata.sign(signer, append=True)
    return to_bytes(metadata)


def to_bytes(metadata: "Metadata[Role]") -> bytes:
    """Metadata as a file: canonical, without spaces."""
    return metadata.to_bytes(JSONSerializer(compact=True))


def is_signed(metadata: "Metadata[Root]", by: Root) -> bool:
    """Whether enough of the root keys of `by` signed this root."""
    try:
        by.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
    except RepositoryError:
        return False
    return True


def _until(now: datetime, length: timedelta) -> datetime:
    # Metadata knows no fractions of a second.
    return (now.astimezone(UTC) + length).replace(microsecond=0)
