"""How a place is read: signed wherever a root is known, unsigned where that is no risk or the user said so."""

import ipaddress
import os
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from hub_launch.errors import ExitCode, HubError
from hub_launch.index.cache import Cache
from hub_launch.index.host import FolderHost, Host
from hub_launch.index.kept import SignedSource, UnsignedSource
from hub_launch.index.places import Place
from hub_launch.index.root import is_development, shipped_root
from hub_launch.index.source import FolderSource, Source
from hub_launch.settings import PUBLIC_REGISTRY


def open_source(place: Place, cache_dir: Path) -> Source:
    """The source for a registry.

    Raises HubError for an address of a kind we do not read (exit 2), and for a registry elsewhere that nothing vouches
    for (exit 3): without a root, and without the user's word that it need not be signed.
    """
    try:
        parts = urlsplit(place.location)
    except ValueError as error:
        raise HubError(f"--registry {place.location} is no address: {error}", code=ExitCode.USAGE) from error
    if parts.scheme in ("http", "https"):
        return _web(place, parts.scheme, parts.hostname or "", cache_dir)
    if parts.scheme == "file":
        return _folder(place, Path(url2pathname(parts.path)), cache_dir)
    if "://" in place.location:
        raise HubError(
            f"--registry {place.location}: addresses of kind {parts.scheme}:// are not supported",
            "use a folder, file://, https:// or http://",
            ExitCode.USAGE,
        )
    # Absolute, since it is also told to programs that run in another folder.
    return _folder(place, Path(place.location).expanduser().absolute(), cache_dir)


def _web(place: Place, scheme: str, host: str, cache_dir: Path) -> Source:
    location = place.location.rstrip("/")
    near = _is_loopback(host)

    def open_host() -> Host:
        # Here, since an HTTP client takes 80 ms to import.
        from hub_launch.index.fetch import WebHost

        return WebHost(location)

    root = place.root
    if not root and not place.unsigned and location == PUBLIC_REGISTRY:
        root = shipped_root()
    if root and is_development(root) and not near:
        raise _development(location)
    if root:
        return SignedSource(location, open_host, Cache(cache_dir, location, root), root)
    if not near and not place.unsigned:
        raise HubError(
            f"The registry {location} is elsewhere, and there is no root to check its signatures with",
            "`--root root.json` with the root that its operator gave you; `--unsigned` believes whoever answers there",
            ExitCode.REGISTRY,
        )
    return UnsignedSource(location, open_host, Cache(cache_dir, location), (_unsigned_notice(location, scheme, near),))


def _folder(place: Place, folder: Path, cache_dir: Path) -> Source:
    location = str(folder)
    if place.root:
        return SignedSource(location, lambda: FolderHost(folder), Cache(cache_dir, location, place.root), place.root)
    if place.unsigned or _is_own(folder):
        return FolderSource(folder)
    notice = f"the registry {location} is not signed, and others can change that folder"
    return FolderSource(folder, (notice,))


def _development(location: str) -> HubError:
    if location == PUBLIC_REGISTRY:
        return HubError(
            f"The public registry {location} cannot be checked: this launcher comes with the development root, whose "
            "keys everybody has",
            "a release with the production root will read it; until then build a registry from a checkout "
            "(`hub-build site`), or name one with --registry",
            ExitCode.REGISTRY,
        )
    return HubError(
        f"The root for {location} is a development root, whose keys everybody has",
        "ask the registry's operator for its production root",
        ExitCode.REGISTRY,
    )


def _unsigned_notice(location: str, scheme: str, near: bool) -> str:
    if near:
        return f"the registry {location} is not signed; it is on this machine"
    if scheme == "http":
        return f"the registry {location} is not signed, and read over plain http: anyone on the way can change it"
    return f"the registry {location} is not signed: whoever answers at that address decides what runs"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_own(folder: Path) -> bool:
    """Whether the folder and its index are the user's own (or root's), and nobody else may write them."""
    if sys.platform == "win32":
        # Who may write there is told by lists of rights, which Python does not read.
        return True
    try:
        found = [path.stat() for path in (folder, folder / "index.json")]
    except OSError:
        return True  # there is nothing to warn of, and the reader says what is wrong
    return all(one.st_uid in (os.geteuid(), 0) and not one.st_mode & stat.S_IWOTH for one in found)
