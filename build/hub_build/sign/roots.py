"""Root files: `<version>.root.json`, each signed by its own keys and by those of the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError

from hub_build.sign.roles import DEVELOPMENT, is_signed
from hub_launch.errors import ExitCode, HubError


@dataclass(frozen=True, slots=True)
class Roots:
    """All roots since the first, by version."""

    files: Mapping[int, bytes]
    newest: Root


def read_roots(folder: Path, now: datetime) -> Roots:
    """The roots in a folder. Raises HubError (exit 3) for a gap, a missing signature, or an expired newest one."""
    found = sorted((metadata.signed.version, path, metadata) for path, metadata in _all(folder))
    if not found:
        hint = "`hub-build sign init` makes keys and a first root"
        raise HubError(f"{folder} has no root, which would be called 1.root.json", hint, ExitCode.REGISTRY)
    for number, (version, path, metadata) in enumerate(found):
        before = found[number - 1][2].signed if number else metadata.signed
        if number and version != before.version + 1:
            raise HubError(f"{path} comes after root {before.version}: one is missing", code=ExitCode.REGISTRY)
        signed = is_signed(metadata, before) and is_signed(metadata, metadata.signed)
        if path.name != f"{version}.root.json" or not signed:
            raise HubError(
                f"{path} is not signed by enough of the keys it needs, or has another version than its name says",
                f"`hub-build sign root {path} --sign KEY` adds a signature and tells how many there are",
                ExitCode.REGISTRY,
            )
    newest = found[-1][2].signed
    if newest.is_expired(now):
        raise HubError(
            f"root {newest.version} expired on {newest.expires:%Y-%m-%d}",
            "`hub-build sign rotate` makes the next one; see the ceremony guide",
            ExitCode.REGISTRY,
        )
    return Roots({version: path.read_bytes() for version, path, _ in found}, newest)


def read_root(path: Path) -> "Metadata[Root]":
    """One root file. Raises HubError (exit 2) if it is none."""
    try:
        return Metadata[Root].from_file(str(path))
    except (DeserializationError, RepositoryError) as error:
        raise HubError(f"{path} is not a root: {error}", code=ExitCode.USAGE) from error


def signatures(metadata: "Metadata[Root]", by: Root) -> tuple[int, int]:
    """How many signatures of root keys of `by` are there, and how many are needed."""
    result = by.get_root_verification_result(None, metadata.signed_bytes, metadata.signatures).first
    return len(result.signed), result.threshold


def is_development(root: Root) -> bool:
    """Whether the root says of itself that its keys are no secret."""
    return root.unrecognized_fields.get(DEVELOPMENT) is True


def _all(folder: Path) -> list[tuple[Path, "Metadata[Root]"]]:
    return [(path, read_root(path)) for path in folder.glob("*.root.json")]
