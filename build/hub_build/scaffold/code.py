"""What a package's own files show without being run: variables that it reads, hosts that it names, its licence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hub_launch.files import read_bounded

_ENDINGS = frozenset([".js", ".mjs", ".cjs", ".py"])
# A bundle of all that a server needs has about 5 MB; beyond that it is data.
MAX_FILE_BYTES = 8 * 1024 * 1024
MAX_ALL_BYTES = 64 * 1024 * 1024
MAX_FILES = 4000

_READ = re.compile(
    rb"process\.env\.([A-Z][A-Z0-9_]+)|process\.env\[[\"']([A-Z][A-Z0-9_]+)[\"']\]|"
    rb"environ(?:\.get\(|\[)\s*[\"']([A-Z][A-Z0-9_]+)[\"']|getenv\(\s*[\"']([A-Z][A-Z0-9_]+)[\"']"
)
_HOST = re.compile(rb"https://[a-z0-9][a-z0-9.-]+\.[a-z]{2,}(?=[/\"'`:?])")
_NETWORK = re.compile(
    rb"\bfetch\(|\baxios\b|\bundici\b|node-fetch|\bhttps\.request|\bhttpx\b|\brequests\.(?:get|post|Session)|"
    rb"\baiohttp\b|urllib\.request|\burllib3\b|createConnection|asyncpg|psycopg|pymongo|MongoClient|\bredis\b|WebSocket\("
)
# Documentation, schemas and badges: named everywhere, talked to by nobody.
_NO_SERVERS = re.compile(
    r"(^|\.)(github\.com|githubusercontent\.com|npmjs\.com|npmjs\.org|pypi\.org|json-schema\.org|w3\.org|"
    r"modelcontextprotocol\.io|mozilla\.org|nodejs\.org|python\.org|example\.com|example\.org|readthedocs\.io|"
    r"stackoverflow\.com|opensource\.org|apache\.org|schema\.org|claude\.ai|shields\.io|wikipedia\.org)$|^(docs?|www|spec|blog|dev|developers?|support|status|help)\."
)
_LICENCE = re.compile(r"(licen[cs]e|copying)([.-].*)?", re.IGNORECASE)
MAX_HOSTS = 4


@dataclass(frozen=True, slots=True)
class Code:
    """What the files of a package show.

    variables: names it reads from its environment. hosts: that its code names, the most frequent first.
    network: it uses something that talks to others. licences: the beginnings of its licence files.
    """

    variables: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    network: bool = False
    licences: tuple[str, ...] = ()
    readme: str = ""


def code_of(folder: Path) -> Code:
    """What the package unpacked below `folder` shows. Looks at no more than the limits above allow."""
    variables: set[str] = set()
    hosts: dict[str, int] = {}
    network = False
    for data in _sources(folder):
        variables |= {next(filter(None, found)).decode() for found in _READ.findall(data)}
        network = network or _NETWORK.search(data) is not None
        for url in _HOST.findall(data):
            host = urlsplit(url.decode()).hostname or ""
            hosts[host] = hosts.get(host, 0) + 1
    named = sorted(
        (host for host in hosts if host and not _NO_SERVERS.search(host)), key=lambda one: (-hosts[one], one)
    )
    return Code(frozenset(variables), tuple(named[:MAX_HOSTS]), network, tuple(_licences(folder)), _readme(folder))


def _sources(folder: Path) -> Iterator[bytes]:
    left = MAX_ALL_BYTES
    for path in sorted(folder.rglob("*"))[:MAX_FILES]:
        if path.suffix not in _ENDINGS or path.is_symlink() or not path.is_file() or _is_foreign(path, folder):
            continue
        data = _content(path)
        left -= len(data)
        if left < 0:
            return
        yield data


def _is_foreign(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts[:-1]
    return bool({"node_modules", "tests", "test", "__tests__"} & set(parts))


def _licences(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*/*")) + sorted(folder.glob("*.dist-info/licenses/*")):
        if _LICENCE.fullmatch(path.name) and path.is_file():
            yield _content(path).decode(errors="replace")


def _readme(folder: Path) -> str:
    found = sorted(path for path in folder.glob("*/*") if re.fullmatch(r"readme(\.md|\.markdown|)", path.name.lower()))
    return _content(found[0]).decode(errors="replace") if found else ""


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_FILE_BYTES)
    except (OSError, ValueError):
        return b""
