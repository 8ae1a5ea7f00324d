"""A registry behind HTTP, with a cache that keeps the last good copy.

Only documents named by the index are asked for, each by its hash, so a start downloads what changed and no more.
"""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from hub_launch.catalog import sha256_hex
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded, write_atomic
from hub_launch.index.source import MAX_INDEX_BYTES, check_hash

CONNECT_SECONDS = 10
# For a whole answer, so that a server that sends a byte a second does not hold a launch up for ever.
TOTAL_SECONDS = 60
MAX_REDIRECTS = 3
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class HttpSource:
    """A registry on any static host. The index is revalidated with its ETag; documents never change."""

    def __init__(self, location: str, cache_dir: Path, transport: httpx2.BaseTransport | None = None) -> None:
        self.location = location.rstrip("/")
        self._cache = cache_dir / "registries" / sha256_hex(self.location.encode())[:16]
        self._transport = transport

    def index(self, accept: Callable[[bytes], None]) -> str:
        """See Source. An unreachable host is a notice if a good copy is cached; a wrong answer is an error."""
        cached, etag = self._cache / "index.json", self._cache / "index.etag"
        try:
            response = self._get("index.json", MAX_INDEX_BYTES, _stored_etag(cached, etag))
        except Unreachable as error:
            return self._accept_cached(cached, accept, error)
        if response is None:
            accept(read_bounded(cached, MAX_INDEX_BYTES))
            return self._plain_http_notice()
        data, new_etag = response
        accept(data)
        try:
            _store_index(cached, etag, data, new_etag)
        except OSError as error:
            # A full disk or a read-only home is no reason not to start.
            return f"the registry {self.location} is not kept for when it cannot be reached: {error}"
        return self._plain_http_notice()

    def document(self, path: str, limit: int, sha256: str) -> bytes:
        """See Source."""
        cached = self._cached(sha256)
        if _has_hash(cached, limit, sha256):
            return read_bounded(cached, limit)
        data = self._fetch(path, limit, sha256)
        with contextlib.suppress(OSError):
            write_atomic(cached, data)
        return data

    def local_path(self, path: str, limit: int, sha256: str) -> Path:
        """See Source."""
        cached = self._cached(sha256)
        if not _has_hash(cached, limit, sha256):
            try:
                write_atomic(cached, self._fetch(path, limit, sha256))
            except OSError as error:
                raise HubError(
                    f"{self.location}/{path} cannot be stored: {error}",
                    "make room, or name another folder with HUB_CACHE_DIR",
                    ExitCode.REGISTRY,
                ) from error
        return cached

    def _cached(self, sha256: str) -> Path:
        return self._cache / "documents" / f"{sha256}.json"

    def _fetch(self, path: str, limit: int, sha256: str) -> bytes:
        try:
            response = self._get(path, limit, "")
        except Unreachable as error:
            raise HubError(
                f"{self.location}/{path} cannot be fetched: {error}",
                "check the connection; servers that were started before work offline",
                ExitCode.REGISTRY,
            ) from error
        data = response[0] if response else b""
        check_hash(data, sha256, f"{self.location}/{path}")
        return data

    def _accept_cached(self, cached: Path, accept: Callable[[bytes], None], error: Exception) -> str:
        if not cached.is_file():
            raise HubError(
                f"The registry {self.location} cannot be reached: {error}",
                "check the address and the connection, or name another registry with --registry",
                ExitCode.REGISTRY,
            ) from error
        accept(read_bounded(cached, MAX_INDEX_BYTES))
        age = _age(time.time() - cached.stat().st_mtime)
        return f"the registry {self.location} cannot be reached ({error}); using the copy fetched {age} ago"

    def _plain_http_notice(self) -> str:
        parts = urlsplit(self.location)
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            return f"the registry {self.location} is read over plain http: anyone on the way can change it"
        return ""

    def _get(self, path: str, limit: int, etag: str) -> tuple[bytes, str] | None:
        """The body and its ETag, or None for "not modified". Raises Unreachable or HubError."""
        url = self._url(f"{self.location}/{path}")
        headers = {"If-None-Match": etag} if etag else {}
        deadline = time.monotonic() + TOTAL_SECONDS
        timeout = httpx2.Timeout(CONNECT_SECONDS)
        with httpx2.Client(timeout=timeout, transport=self._transport) as client:
            for _ in range(MAX_REDIRECTS + 1):
                try:
                    with client.stream("GET", url, headers=headers) as response:
                        if not response.has_redirect_location:
                            return self._body(response, limit, deadline)
                        url = self._redirect(url, response)
                except (httpx2.TransportError, httpx2.DecodingError) as error:
                    raise Unreachable(str(error) or type(error).__name__) from error
        raise Unreachable(f"more than {MAX_REDIRECTS} redirects")

    def _redirect(self, url: httpx2.URL, response: httpx2.Response) -> httpx2.URL:
        target = self._url(response.headers["location"], url)
        if target.scheme != url.scheme and target.scheme != "https":
            raise HubError(
                f"The registry {self.location} redirects to {target}, which is less safe",
                "name the registry by its https address",
                ExitCode.REGISTRY,
            )
        return target

    def _url(self, text: str, base: httpx2.URL | None = None) -> httpx2.URL:
        try:
            return base.join(text) if base else httpx2.URL(text)
        except httpx2.InvalidURL as error:
            leads = "redirects to" if base else "is at"
            raise HubError(
                f"The registry {self.location} {leads} {text!r}, which is no address: {error}",
                "check the address",
                ExitCode.REGISTRY,
            ) from error

    def _body(self, response: httpx2.Response, limit: int, deadline: float) -> tuple[bytes, str] | None:
        asked = "if-none-match" in response.request.headers
        if asked and response.status_code == httpx2.codes.NOT_MODIFIED:
            return None
        if response.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
            raise Unreachable(f"HTTP {response.status_code}")
        if response.status_code != httpx2.codes.OK:
            raise HubError(
                f"{response.url} answers HTTP {response.status_code}",
                "is this the address of a registry built by `hub-build site`?",
                ExitCode.REGISTRY,
            )
        body = bytearray()
        # Counted after decompression: a small gzip body may unpack to gigabytes.
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > limit:
                raise HubError(f"{response.url} sends more than {limit:,} bytes", code=ExitCode.REGISTRY)
            if time.monotonic() > deadline:
                raise Unreachable(f"no complete answer within {TOTAL_SECONDS} s")
        return bytes(body), response.headers.get("etag", "")


class Unreachable(Exception):
    """No answer, as opposed to a wrong one: a cached copy may stand in."""


def _stored_etag(cached: Path, etag: Path) -> str:
    """The ETag of the cached index, or empty unless it was stored for exactly those bytes."""
    try:
        tag, digest = etag.read_text(encoding="utf-8").split("\n")
        return tag if _has_hash(cached, MAX_INDEX_BYTES, digest) else ""
    except (OSError, ValueError):
        return ""


def _store_index(cached: Path, etag: Path, data: bytes, new_etag: str) -> None:
    write_atomic(cached, data)
    write_atomic(etag, f"{new_etag}\n{sha256_hex(data)}".encode())


def _has_hash(path: Path, limit: int, sha256: str) -> bool:
    try:
        return sha256_hex(read_bounded(path, limit)) == sha256
    except (OSError, ValueError):
        return False


def _age(seconds: float) -> str:
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return f"{max(0, int(seconds))} seconds"
