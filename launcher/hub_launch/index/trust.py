"""Proof of where an index comes from: The Update Framework (TUF), as python-tuf verifies it.

Of a signed registry the launcher knows one file beforehand, the root, which names the keys. All else is verified from
it: who signed, that nothing is older than what was seen before, that nothing has expired, and the index's hash and
length. The steps and checks are python-tuf's own; bytes come through our bounded fetching, and nothing that was
verified before is touched until everything new is verified.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadHTTPError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import TargetFile
from tuf.ngclient.config import UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from hub_launch.catalog import sha256_hex
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.cache import ROOTS, TIMESTAMP
from hub_launch.index.host import Expired, Host, Missing

TARGET = "index.json"
METADATA = "metadata"
TARGETS = "targets"

# Key rotations since the root that was shipped: a year has one, and each costs a request. python-tuf allows 256.
MAX_ROOT_ROTATIONS = 64
# Four small files with a few keys and one target; measured: 0.4 to 2 kB.
MAX_METADATA_BYTES = 64 * 1024

NOT_FOUND = 404

_ROLES = (TIMESTAMP, "snapshot.json", "targets.json")
_KEPT_ROOT = re.compile(rf"{ROOTS}[0-9]{{1,9}}\.root\.json")
_PREFIX = "hub-launch-"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was proved. metadata: as in State. sha256, length, path: of the one index that is genuine now."""

    metadata: Mapping[str, str]
    sha256: str
    length: int

    @property
    def path(self) -> str:
        """Where the index is: under its hash, so that a copy that a network keeps is never the wrong one."""
        return f"{TARGETS}/{self.sha256}.{TARGET}"


def verify(host: Host, location: str, root: bytes, known: Mapping[str, str]) -> Verified:
    """Ask the registry what is current, and prove the answer; `known` is what was proved last time.

    Raises Expired, Unreachable (no answer), or HubError (exit 3) for an answer that is not genuine.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
            return _proved(host, location, root, known, Path(name))
    except ExpiredMetadataError as error:
        raise Expired(_expiry(location, error)) from error
    except DownloadHTTPError as error:
        _refuse_missing(location, error)
    except OSError as error:
        raise _no_room(f"The registry {location} cannot be verified", error) from error
    except (RepositoryError, ValueError, KeyError, TypeError, RecursionError) as error:
        _refuse(location, error)


def _proved(host: Host, location: str, root: bytes, known: Mapping[str, str], folder: Path) -> Verified:
    _unpack(known, folder)
    updater = Updater(str(folder), METADATA, fetcher=_Fetcher(host), config=_config(), bootstrap=root)
    updater.refresh()
    return _verified(location, updater.get_targetinfo(TARGET), dict(_pack(folder)))


def fetch_target(host: Host, location: str, verified: Verified, limit: int) -> bytes:
    """The index that was proved, of the length and hash that were signed. Raises Unreachable or HubError (exit 3)."""
    if verified.length > limit:
        raise HubError(f"The index of {location} has {verified.length:,} bytes", code=ExitCode.REGISTRY)
    try:
        fetched = host.get(verified.path, verified.length)
    except Missing as error:
        _refuse_missing(location, error)
    data = fetched.data if fetched else b""
    if sha256_hex(data) != verified.sha256:
        _refuse(location, LengthOrHashMismatchError(f"{verified.path} has {len(data):,} bytes"))
    return data


def check_root(root: bytes, where: str) -> None:
    """Raise HubError (exit 2) unless `root` is the root metadata of a registry, signed by its own keys."""
    try:
        with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
            Updater(folder, METADATA, fetcher=_Offline(), bootstrap=root)
    except OSError as error:
        raise _no_room(f"{where} cannot be checked", error) from error
    except (RepositoryError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise HubError(
            f"{where} is not the root of a registry: {error}",
            "ask the registry's operator for its root.json",
            ExitCode.USAGE,
        ) from error


class _Fetcher(FetcherInterface):
    """Bytes for python-tuf, from a registry's host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def _fetch(self, url: str) -> Iterator[bytes]:
        yield self.download_bytes(url, MAX_METADATA_BYTES)

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """See FetcherInterface; Unreachable and HubError of the host pass through."""
        try:
            fetched = self._host.get(url, min(max_length, MAX_METADATA_BYTES))
        except Missing as error:
            raise DownloadHTTPError(str(error), NOT_FOUND) from error
        return fetched.data if fetched else b""


class _Offline(FetcherInterface):
    def _fetch(self, url: str) -> Iterator[bytes]:
        raise DownloadHTTPError(url, NOT_FOUND)


def _config() -> UpdaterConfig:
    return UpdaterConfig(max_root_rotations=MAX_ROOT_ROTATIONS)


def _unpack(known: Mapping[str, str], folder: Path) -> None:
    """What is kept is as good as what was read again: python-tuf leaves out what is damaged."""
    (folder / ROOTS).mkdir()
    for name, text in known.items():
        if name in _ROLES or _KEPT_ROOT.fullmatch(name):
            # Half of a character, which JSON may have, has no bytes.
            (folder / name).write_text(text, encoding="utf-8", errors="replace", newline="")


def _pack(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted([*(folder / ROOTS).iterdir(), *(folder / name for name in _ROLES)]):
        yield path.relative_to(folder).as_posix(), path.read_bytes().decode()


def _no_room(what: str, error: OSError) -> HubError:
    return HubError(
        f"{what}: {error}",
        "python-tuf needs a few kilobytes for temporary files; TMPDIR names the place",
        ExitCode.REGISTRY,
    )


def _verified(location: str, target: TargetFile | None, metadata: Mapping[str, str]) -> Verified:
    sha256 = target.hashes.get("sha256") if target else None
    if target is None or sha256 is None:
        raise HubError(
            f"The signed metadata of {location} names no {TARGET} with a sha256",
            "the registry was published incompletely; tell its operator",
            ExitCode.REGISTRY,
        )
    return Verified(metadata, sha256, target.length)


def _refuse_missing(location: str, error: Exception) -> NoReturn:
    if TIMESTAMP in str(error):
        raise HubError(
            f"The registry {location} is not signed: {error}",
            "ask its operator to sign it (`hub-build sign`); --unsigned trusts whoever answers at that address",
            ExitCode.REGISTRY,
        ) from error
    raise HubError(
        f"The registry {location} was published incompletely: {error}",
        "try again in some minutes, then tell its operator; the last good copy is kept",
        ExitCode.REGISTRY,
    ) from error


def _refuse(location: str, error: Exception) -> NoReturn:
    raise HubError(
        f"The registry {location} is not what its keys signed: {_reason(error)}",
        "somebody may be tampering with it; nothing was started and the last good copy is kept. "
        "Try another network, then tell its operator",
        ExitCode.REGISTRY,
    ) from error


def _reason(error: Exception) -> str:
    reasons: Mapping[type[Exception], str] = {
        UnsignedMetadataError: "a signature is wrong or missing",
        BadVersionNumberError: "it was rolled back to an older state",
        LengthOrHashMismatchError: "a file has another hash or length than was signed",
    }
    kind = next((told for one, told in reasons.items() if isinstance(error, one)), "it sends no such metadata")
    return f"{kind} ({str(error) or type(error).__name__})"


def _expiry(location: str, error: Exception) -> str:
    return str(error) or f"the metadata of {location} expired"
