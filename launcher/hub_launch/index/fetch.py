"""Fetching a registry's files over HTTP, within bounds: size, time, redirects. Knows nothing of what is in them."""

import socket
import threading
import weakref
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from hub_launch.addresses import is_public, read_address
from hub_launch.errors import ExitCode, HubError, why
from hub_launch.index.host import Fetched, Missing, Unreachable

CONNECT_SECONDS = 10
# For a whole answer, so that a server that sends a byte a second does not hold a launch up for ever.
TOTAL_SECONDS = 60
MAX_REDIRECTS = 3

Resolve = Callable[[str], Sequence[str]]
"""A host's name -> its IP addresses; none if it has none."""


def addresses_of(name: str) -> Sequence[str]:
    """The IP addresses that this machine knows for a host's name."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(name, None)]
    except (OSError, UnicodeError):
        # Behind a proxy names are its business.
        return []


def _why(error: Exception, url: str) -> str:
    """What went wrong on the way to that address, with what the user's own settings may have to do with it."""
    said = why(error)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        # Also where the clock is wrong, which the message says.
        said += "; the environment variable SSL_CERT_FILE names the file of an authority of your own"
    return said + _through(url)


def _through(url: str) -> str:
    """The proxy that the environment names for that address: what cannot be reached may be that."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if not proxy or proxy_bypass(parts.hostname or ""):
        return ""
    # Without the user's password.
    return f", through the proxy {proxy.rpartition('@')[2]} of {parts.scheme.upper()}_PROXY"


class WebHost:
    """A registry on a web server. One connection is kept for all its files."""

    what = "the registry"
    """What this is, in messages."""

    def __init__(
        self,
        location: str,
        transport: httpx2.BaseTransport | None = None,
        *,
        seconds: float = TOTAL_SECONDS,
        resolve: Resolve = addresses_of,
    ) -> None:
        self.location = location.rstrip("/")
        self._transport = transport
        self._seconds = seconds
        self._resolve = resolve
        self._client: httpx2.Client | None = None

    def get(self, path: str, limit: int, etag: str = "") -> Fetched | None:
        """See Host. Gives up after `seconds` as a whole: names and headers have no deadline of their own."""
        result: list[Fetched | Exception | None] = []
        client = self._open()

        def work() -> None:
            try:
                result.append(self._get(client, path, limit, etag))
            except Exception as error:  # raised again below, in the thread that asked
                result.append(error)
            if client is not self._client:
                client.close()

        # A daemon, so that a host that never ends its answer cannot keep the program from ending.
        thread = threading.Thread(target=work, name=f"fetch {path}", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if not result:
            # Left to itself, which closes its connections; the next request has others.
            self._client = None
            self._closing.detach()
            raise Unreachable(f"no complete answer within {self._seconds:g} s")
        if isinstance(result[0], Exception):
            raise result[0]
        return result[0]

    def _open(self) -> httpx2.Client:
        if self._client is None:
            self._client = httpx2.Client(timeout=httpx2.Timeout(CONNECT_SECONDS), transport=self._transport)
            # With this host, so that nobody who reads a registry has to close it.
            self._closing = weakref.finalize(self, self._client.close)
        return self._client

    def _get(self, client: httpx2.Client, path: str, limit: int, etag: str) -> Fetched | None:
        url = self._url(f"{self.location}/{path}")
        headers = {"If-None-Match": etag} if etag else {}
        for _ in range(MAX_REDIRECTS + 1):
            try:
                with client.stream("GET", url, headers=headers) as response:
                    if not response.has_redirect_location:
                        return self._body(response, limit)
                    url = self._redirect(url, response)
            except (httpx2.TransportError, httpx2.DecodingError) as error:
                raise Unreachable(_why(error, str(url))) from error
        raise Unreachable(f"more than {MAX_REDIRECTS} redirects")

    def _body(self, response: httpx2.Response, limit: int) -> Fetched | None:
        asked = "if-none-match" in response.request.headers
        if asked and response.status_code == httpx2.codes.NOT_MODIFIED:
            return None
        if response.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
            raise Unreachable(f"HTTP {response.status_code}")
        if response.status_code in (httpx2.codes.NOT_FOUND, httpx2.codes.FORBIDDEN, httpx2.codes.GONE):
            # Object stores say 403 for what is not there.
            raise Missing(f"{response.url} answers HTTP {response.status_code}")
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
        return Fetched(bytes(body), response.headers.get("etag", ""))

    def _redirect(self, url: httpx2.URL, response: httpx2.Response) -> httpx2.URL:
        target = self._url(response.headers["location"], url)
        if target.scheme != url.scheme and target.scheme != "https":
            raise self._refused(target, "which is less safe", f"name {self.what} by its https address")
        if target.host != url.host and self._is_inside(target.host) and not self._is_inside(url.host):
            raise self._refused(
                target, "which is inside your own network", "tell its operator; nothing was asked there"
            )
        return target

    def _is_inside(self, host: str) -> bool:
        """Whether the host is this machine or on its private network, which strangers must not send us to."""
        addresses = [host] if read_address(host) else self._resolve(host)
        found = [read_address(one) for one in addresses]
        return any(one is None or not is_public(one) for one in found)

    def _refused(self, target: httpx2.URL, why: str, hint: str) -> HubError:
        return HubError(
            f"{self.what.capitalize()} {self.location} redirects to {target}, {why}", hint, ExitCode.REGISTRY
        )

    def _url(self, text: str, base: httpx2.URL | None = None) -> httpx2.URL:
        try:
            return base.join(text) if base else httpx2.URL(text)
        except httpx2.InvalidURL as error:
            leads = "redirects to" if base else "is at"
            raise HubError(
                f"{self.what.capitalize()} {self.location} {leads} {text!r}, which is no address: {error}",
                "check the address",
                ExitCode.REGISTRY,
            ) from error
