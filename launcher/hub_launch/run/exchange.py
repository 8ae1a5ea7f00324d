"""HTTP requests to one server: with its credentials, within its origin, and with failures in words for people."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

import httpcore2
import httpx2

from hub_launch.plan import HttpLaunch
from hub_launch.run.addresses import Reach, Refused
from hub_launch.run.answer import HTTP_ERRORS, Answer
from hub_launch.run.link import LIMITS, Limits, LinkGone
from hub_launch.run.network import open_pool
from hub_launch.text import printable, redact, shortened
from hub_launch.version import __version__

MAX_REDIRECTS = 3
Headers = list[tuple[bytes, bytes]]
POSTED: Headers = [(b"content-type", b"application/json"), (b"accept", b"application/json, text/event-stream")]
"""What a message is that is sent to a server, and what may come back."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """How a server refused a request for want of rights: what signing in begins with."""

    status: int
    """401, or 403 where somebody signed in and needs to be allowed more."""
    header: str
    """What it wants, as in `WWW-Authenticate`."""


class Authorization(Protocol):
    """A user who signed in to a server, or may."""

    async def __call__(self, refused: str | None) -> str | None:
        """The `Authorization` header, or None; called with one that was just refused, another one."""
        ...

    async def challenged(self, challenge: Challenge) -> None:
        """Hear why nothing that could be said was enough."""
        ...


# Written by whoever sends a message, and never by an entry.
_OURS = frozenset(
    b"host content-length content-type transfer-encoding connection accept accept-encoding te upgrade trailer "
    b"mcp-session-id mcp-protocol-version mcp-method mcp-name last-event-id".split()
)
# RFC 6750: the token is right, and allows too little.
_TOO_LITTLE = re.compile(rb'\berror="?insufficient_scope\b')
_REDIRECTS = (301, 302, 303, 307, 308)
# These keep a request's method and body; the others turn it into a GET.
_KEEPING = (307, 308)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where requests go, in the forms that they need."""

    url: httpx2.URL
    host: bytes
    target: httpcore2.URL

    @classmethod
    def of(cls, url: httpx2.URL) -> "_Place":
        """That address."""
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        return cls(url, url.netloc, target)


class Exchange:
    """Requests to one server. Connections are kept and shared."""

    def __init__(
        self,
        launch: HttpLaunch,
        pool: httpcore2.AsyncConnectionPool | None = None,
        authorization: Authorization | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self.url = httpx2.URL(launch.url)
        self._launch = launch
        self._limits = limits
        self._pool = pool
        # What the user gave is what they want to be known by.
        self._authorization = None if "authorization" in map(str.lower, launch.headers) else authorization
        self._reach = Reach(self.url.raw_host.decode(), launch.own_network)
        self._places: dict[httpx2.URL, _Place] = {}
        self._headers: Headers = [
            (b"user-agent", f"mcp-hub/{__version__}".encode()),
            (b"accept-encoding", b"gzip"),
            *((name, value) for name, value in _configured(launch) if name not in _OURS),
        ]

    async def send(self, method: str, url: httpx2.URL, headers: Headers, body: bytes = b"") -> Answer:
        """The response to a request. Raises LinkGone, also where the server wants to know who asks."""
        value = await self._authorization(None) if self._authorization else None
        moves, renewed = 0, False
        while True:
            place = self._place(url)
            answer = await self._send(method, place, _signed(headers, value), body)
            if answer.status == HTTPStatus.UNAUTHORIZED:
                await answer.drain()
                value = await self._authorization(value) if self._authorization and value and not renewed else None
                renewed = True
                if value is None:
                    await self._tell(answer)
                    raise self._needs_sign_in()
            elif answer.status in _REDIRECTS and (location := answer.header(b"location")):
                await answer.drain()
                moves += 1
                # Remembered, so that a call still costs one request.
                self._places[url] = _Place.of(self._target(method, answer.status, place.url, location, moves))
            else:
                return answer

    async def wants_more(self, answer: Answer) -> str:
        """What to tell a user whom the server refused a request because they allowed it too little; empty if not so."""
        if answer.status != HTTPStatus.FORBIDDEN or not _TOO_LITTLE.search(answer.header(b"www-authenticate")):
            return ""
        await self._tell(answer)
        return f"the server wants to be allowed more: run `hub-launch auth login {self._launch.id}` again"

    async def _tell(self, answer: Answer) -> None:
        if self._authorization:
            header = answer.header(b"www-authenticate").decode("latin-1")
            await self._authorization.challenged(Challenge(answer.status, header))

    async def close(self) -> None:
        """Close all connections."""
        if self._pool:
            await self._pool.aclose()

    def gone(self, reason: str, hint: str = "", *, sent: bool = True) -> LinkGone:
        """A LinkGone with the reason made safe to print."""
        return LinkGone(shortened(printable(redact(reason, self._launch.secrets))), hint, sent=sent)

    def failed(self, error: Exception) -> LinkGone:
        """What went wrong with a connection, for people."""
        text = str(error)
        if isinstance(error, Refused):
            return self.gone(f"is not asked: {text}", "tell whoever published it")
        if isinstance(error, httpcore2.ProxyError):
            return self.gone(f"the proxy does not let it through: {text}", "are HTTPS_PROXY and NO_PROXY right?")
        if isinstance(error, httpcore2.ConnectError | httpcore2.ConnectTimeout | httpcore2.UnsupportedProtocol):
            return self.gone(f"cannot be reached: {text}", "is the address right, and the network up?", sent=False)
        if isinstance(error, httpcore2.LocalProtocolError):
            return self.gone("a header of it cannot be sent", "is there a line break in the value you gave?")
        return self.gone(f"the connection broke before it answered: {text or type(error).__name__}", "try again")

    def _open(self) -> httpcore2.AsyncConnectionPool:
        if self._pool is None:
            try:
                self._pool = open_pool(self._launch.url, own=self._launch.own_network)
            except (OSError, RuntimeError, ValueError) as error:
                hint = "are SSL_CERT_FILE and HTTPS_PROXY right?"
                raise self.gone(f"cannot be connected to as this machine is set up: {error}", hint) from error
        return self._pool

    def _place(self, url: httpx2.URL) -> "_Place":
        place = self._places.get(url)
        if place is None:
            try:
                # Also where a proxy looks names up.
                self._reach.check_host(url.raw_host.decode())
            except Refused as error:
                raise self.failed(error) from error
            place = self._places[url] = _Place.of(url)
        return place

    async def _send(self, method: str, place: "_Place", headers: Headers, body: bytes) -> Answer:
        every: Headers = [(b"host", place.host), *self._headers, *headers]
        if method == "POST":
            every.append((b"content-length", b"%d" % len(body)))
        try:
            request = httpcore2.Request(method, place.target, headers=every, content=body)
            return Answer(await self._open().handle_async_request(request), self._limits)
        except HTTP_ERRORS as error:
            raise self.failed(error) from error

    def _target(self, method: str, status: int, url: httpx2.URL, location: bytes, moves: int) -> httpx2.URL:
        """Where a redirect leads. Raises LinkGone unless it is the same server: it would be given the credentials."""
        try:
            target = url.join(location.decode("latin-1"))
        except (httpx2.InvalidURL, ValueError) as error:
            raise self.gone("redirects to what is no address") from error
        shown = target.copy_with(userinfo=b"", query=None, fragment=None)
        hint = "if that is its new address, its entry has to say so"
        if moves > MAX_REDIRECTS:
            raise self.gone(f"redirects more than {MAX_REDIRECTS} times, last to {shown}")
        if target.userinfo or not _within_origin(url, target):
            raise self.gone(f"redirects to {shown}, which is another server, and was not followed", hint)
        if method != "GET" and status not in _KEEPING:
            raise self.gone(f"redirects to {shown} in a way that loses the message (HTTP {status})", hint)
        return target

    def _needs_sign_in(self) -> LinkGone:
        server = self._launch.id
        if any(name == b"authorization" for name, _ in self._headers):
            return LinkGone("does not accept the credentials that it was given", f"are the values of {server} right?")
        return LinkGone("needs sign-in", f"run `hub-launch auth login {server}`", needs_sign_in=True)


def _configured(launch: HttpLaunch) -> Headers:
    # A value that was pasted often has a line break at its end.
    return [
        (name.lower().encode(), value.strip().encode(errors="surrogateescape"))
        for name, value in launch.headers.items()
    ]


def _signed(headers: Headers, value: str | None) -> Headers:
    return [*headers, (b"authorization", value.encode())] if value else headers


def _within_origin(url: httpx2.URL, target: httpx2.URL) -> bool:
    """Whether both are the same server, or the second its safer address."""
    if (url.scheme, url.host, url.port) == (target.scheme, target.host, target.port):
        return True
    upgraded = (url.scheme, target.scheme, url.port, target.port) == ("http", "https", None, None)
    return upgraded and url.host == target.host
