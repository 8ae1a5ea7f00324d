"""What a server may see and change: from its entry's permissions and its user's parameters, and no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hub_launch.plan import StdioLaunch

# Who may reach the network needs the certificates that the user trusts, wherever they lie.
_CERTIFICATES = ("CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Grants:
    """Absolute paths, none of them below one that may be written to.

    That last because a mount below a folder that the server has written to may be led elsewhere by a link in it.
    """

    network: bool
    """Any at all. Hosts cannot be told apart by a sandbox of this kind: one that is declared opens all."""
    everything: bool
    """All files of the user, as the user has them."""
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    home: str
    """The server's own home folder, one of `writes`."""


def grants_of(launch: StdioLaunch, home: Path) -> Grants:
    """What `launch` is granted; `home` is a folder of its own. Pure."""
    network = launch.permissions.network != "none"
    own = [str(home), *([launch.cwd] if launch.cwd else [])]
    named = launch.paths if launch.permissions.filesystem == "arguments" else ()
    certificates = [launch.env[name] for name in _CERTIFICATES if name in launch.env] if network else []
    writes = _outermost([*own, *named])
    reads = _outermost([*launch.programs, *filter(_absolute, certificates)])
    return Grants(
        network=network,
        everything=launch.permissions.filesystem == "any",
        reads=tuple(path for path in reads if not _below(path, writes)),
        writes=writes,
        home=str(home),
    )


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Each path once, sorted, without those that lie below another."""
    unique = sorted({str(Path(path)) for path in paths})
    return tuple(path for path in unique if not _below(path, [other for other in unique if other != path]))


def _below(path: str, folders: Iterable[str]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def _absolute(path: str) -> bool:
    return Path(path).is_absolute()
