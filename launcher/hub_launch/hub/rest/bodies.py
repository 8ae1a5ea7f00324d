"""What is asked of a request before it reaches a route, and said with every answer."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_launch.hub.problem import problem

JSON = "application/json"
YAML = "application/yaml"
# The last three are what YAML was called before it had a registered name (RFC 9512).
TYPES = frozenset({JSON, YAML, "application/x-yaml", "text/yaml", "text/x-yaml"})

# Nothing may be kept, guessed, framed or loaded; the pages that load something say themselves what.
_ALWAYS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


class Typed:
    """Refuses bodies that are of no type that is read here (415); how long they may be is settled before (413)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        send = with_headers(send)
        if has_body(scope) and kind_of(scope) not in TYPES:
            what = f"the body has to be {JSON}, or {YAML} where a server is published; the Content-Type says otherwise"
            return await problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, what)(scope, receive, send)
        return await self._app(scope, receive, send)


def has_body(scope: Scope) -> bool:
    """Whether a request says that something comes after its headers."""
    headers = Headers(scope=scope)
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def kind_of(scope: Scope) -> str:
    """The media type that a request's body is said to be of, without parameters."""
    return Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()


def with_headers(send: Send) -> Send:
    """Sends the same, with what every answer says unless it says so itself."""

    async def sending(event: Message) -> None:
        if event["type"] == "http.response.start":
            said = {name for name, _ in event["headers"]}
            event["headers"] = [*event["headers"], *(pair for pair in _ALWAYS if pair[0] not in said)]
        await send(event)

    return sending
