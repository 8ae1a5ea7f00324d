"""The hub's door: every request passes it before anything else looks at it. `access` has the rules.

It refuses a Host that is not ours (421), another site's page (403), forms and plain text, which any page may send
without being asked (415), whoever cannot prove who they are (401), and bodies that are too long (413).
"""

import hmac
from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch.hub.access import Access, IssuerSilent, JwtRules, is_own
from hub_launch.hub.limits import MAX_BODY_BYTES, too_large
from hub_launch.hub.login import LOGIN_PATH, LOGOUT_PATH, Login, cookie_of
from hub_launch.hub.problem import problem

if TYPE_CHECKING:
    from hub_launch.hub.jwts import JwtVerifier

ALIVE_PATH, LIVE_PATH, READY_PATH = "/v0/ping", "/livez", "/readyz"
"""Ask for no token: whether the hub is alive, and ready, is for whoever watches it."""

CALLER = "hub_launch.caller"
"""Where in a request's scope it is said who asks: `token`, `page`, or a name that an issuer gave; see `caller_of`."""

# Clients have one or two ways to name this machine, and each its few pages.
_MAX_KNOWN = 64
# What a page may send anywhere without a preflight (Fetch, "CORS-safelisted request-header").
_UNASKED = (b"text/plain", b"multipart/form-data", b"application/x-www-form-urlencoded")
# Two of one of these: the reader would decide which counts.
_ONCE = frozenset({b"host", b"origin", b"authorization", b"content-length", b"content-type"})
_BEARER = b"Bearer "
_CREDENTIALS = (b"authorization", b"cookie")
_OPEN = frozenset({ALIVE_PATH, LIVE_PATH, READY_PATH})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_LENGTH_DIGITS = 18

Headers = Mapping[bytes, bytes]


def caller_of(scope: Scope) -> str | None:
    """Who asks, if they have proved it; None where the hub asks nobody."""
    caller: str | None = scope.get(CALLER)
    return caller


class Door:
    """An ASGI application before all others."""

    def __init__(self, app: ASGIApp, access: Access | None = None) -> None:
        """Without `access`, for this machine alone."""
        self._app = app
        self._access = access or Access()
        self._known: set[tuple[Any, ...]] = set()
        self._bearer = _BEARER + self._access.token.encode() if self._access.token else b""
        self._jwt = _verifier(self._access.jwt) if self._access.jwt else None
        self._login = Login(self._verified)
        self._cors = _cors(self._from_elsewhere, self._access.origins) if self._access.origins else None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """See ASGI. No coroutine of its own: each would cost every call."""
        if scope["type"] != "http":
            return self._app(scope, receive, send)
        pairs = scope["headers"]
        headers = dict(pairs)
        who = (headers.get(b"host"), headers.get(b"origin"), headers.get(b"content-type"), scope.get("server"))
        if who not in self._known or len(headers) != len(pairs):
            refusal = self._refusal(scope, headers) if _no_doubles(pairs) else _DOUBLED
            if refusal is not None:
                return refusal(scope, receive, send)
            if self._cors and _is_foreign(scope, headers):
                return self._cors(scope, receive, send)
            self._remember(who)
        return self._enter(scope, headers, receive, send)

    def _remember(self, who: tuple[Any, ...]) -> None:
        # A form is for one address alone.
        if not (who[2] or b"").lower().startswith(_UNASKED):
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known.add(who)

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        """What is wrong with where a request goes and comes from."""
        server = scope.get("server")
        if not is_own(headers.get(b"host", b"").decode("latin-1"), self._access, server[0] if server else ""):
            return _ELSEWHERE
        if _is_foreign(scope, headers) and headers[b"origin"].decode("latin-1").lower() not in self._access.origins:
            return _FOREIGN
        if headers.get(b"content-type", b"").lower().startswith(_UNASKED) and scope["path"] != LOGIN_PATH:
            return _UNREADABLE
        return None

    def _from_elsewhere(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """A request of another site's page, which a cookie of ours does not vouch for."""
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"cookie"]
        return self._enter(scope, dict(scope["headers"]), receive, send)

    def _enter(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> Awaitable[None]:
        if self._access.asks:
            given = headers.get(b"authorization")
            caller = self._at_once(given) if given else None
            if caller is None:
                return self._ask(scope, headers, given, receive, send)
            scope[CALLER] = caller
        return self._let_in(scope, headers, receive, send)

    def _at_once(self, given: bytes) -> str | None:
        """Who asks, where that needs one comparison or one look into a table."""
        if self._bearer and hmac.compare_digest(given, self._bearer):
            return "token"
        return self._jwt.remembered(given[len(_BEARER) :]) if self._jwt and given.startswith(_BEARER) else None

    def _let_in(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> Awaitable[None]:
        if b"authorization" in headers or b"cookie" in headers:
            # Meant for this door: nobody behind it can pass on what they never see.
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] not in _CREDENTIALS]
        length = headers.get(b"content-length")
        if length is not None and _too_long(length):
            return too_large()(scope, receive, send)
        return self._app(scope, receive, send)

    async def _ask(self, scope: Scope, headers: Headers, given: bytes | None, receive: Receive, send: Send) -> None:
        """Find out who asks, the slower ways; let them in or say how to prove it."""
        path = scope["path"]
        if path in _OPEN:
            return await self._let_in(scope, headers, receive, send)
        if path in (LOGIN_PATH, LOGOUT_PATH):
            return await self._login(scope, receive, send)
        try:
            caller = await self._caller(scope, headers, given)
        except IssuerSilent:
            return await _SILENT(scope, receive, send)
        if caller is None:
            return await self._turn_away(scope, headers, given, receive, send)
        scope[CALLER] = caller
        return await self._let_in(scope, headers, receive, send)

    async def _caller(self, scope: Scope, headers: Headers, given: bytes | None) -> str | None:
        if given is not None:
            scheme, _, token = given.decode("latin-1").partition(" ")
            return await self._verified(token.strip()) if scheme.lower() == "bearer" else None
        session = cookie_of(headers.get(b"cookie", b""))
        # A browser says where a page is from with whatever changes something; without that it may be anybody's page.
        if session and (scope["method"] in _SAFE_METHODS or b"origin" in headers):
            return self._login.caller(session)
        return None

    async def _verified(self, token: str) -> str | None:
        """Whose token this is, or None."""
        if self._bearer and hmac.compare_digest(_BEARER + token.encode(), self._bearer):
            return "token"
        if self._jwt is None or not token:
            return None
        return await self._jwt.verify(token)

    async def _turn_away(
        self, scope: Scope, headers: Headers, given: bytes | None, receive: Receive, send: Send
    ) -> None:
        if given is None and scope["method"] == "GET" and b"text/html" in headers.get(b"accept", b""):
            return await self._login.form(HTTPStatus.UNAUTHORIZED)(scope, receive, send)
        return await (_NOBODY if given is None else _WRONG)(scope, receive, send)


def _verifier(rules: JwtRules) -> "JwtVerifier":
    # Here, since what signatures are checked with takes a tenth of a second to import.
    from hub_launch.hub.jwts import JwtVerifier

    return JwtVerifier(rules)


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    """Whether a page of another site asks."""
    origin = headers.get(b"origin")
    return origin is not None and origin.lower() != scope["scheme"].encode() + b"://" + headers[b"host"].lower()


def _no_doubles(pairs: list[tuple[bytes, bytes]]) -> bool:
    names = [name for name, _ in pairs if name in _ONCE]
    return len(names) == len(set(names))


def _too_long(length: bytes) -> bool:
    return len(length) > _MAX_LENGTH_DIGITS or int(length) > MAX_BODY_BYTES


def _cors(app: Any, origins: frozenset[str]) -> ASGIApp:
    """Tells browsers that pages of these sites may read the answers. Says so of refusals too, or no page knows why."""
    return CORSMiddleware(
        app,
        allow_origins=sorted(origins),
        allow_methods=["DELETE", "GET", "PATCH", "POST", "PUT"],
        allow_headers=["*"],
        expose_headers=["mcp-session-id", "mcp-protocol-version", "www-authenticate"],
    )


_DOUBLED = problem(HTTPStatus.BAD_REQUEST, "a header that may stand once stands twice")
_ELSEWHERE = problem(HTTPStatus.MISDIRECTED_REQUEST, "the Host header names another machine; see --allow-host")
_FOREIGN = problem(HTTPStatus.FORBIDDEN, "the Origin header names another site; see --allow-origin")
_UNREADABLE = problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must be JSON, and its Content-Type say so")
_SILENT = problem(HTTPStatus.SERVICE_UNAVAILABLE, "the issuer's keys cannot be read, so that no token can be checked")
_NOBODY = problem(HTTPStatus.UNAUTHORIZED, "send the hub's token: `Authorization: Bearer <token>`")
_NOBODY.headers["www-authenticate"] = 'Bearer realm="mcp-hub"'
_WRONG = problem(HTTPStatus.UNAUTHORIZED, "the token is not right, or not any more")
_WRONG.headers["www-authenticate"] = 'Bearer realm="mcp-hub", error="invalid_token"'
