"""What is asked of a request before it reaches a route, and said with every answer."""

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_launch.hub.problem import problem

JSON = "application/json"
YAML = "application/yaml"
# The last three are what YAML was called before it had a registered name (RFC 9512).
TYPES = frozenset({JSON, YAML, "application/x-yaml", "text/yaml", "text/x-yaml"})

# Nothing may be kept, guessed, framed or loaded; the pages that load something say themselves what.
_ALWAYS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


class Typed:
    """Refuses bodies that are of no type that is read here (415); how long they may be is settled before (413)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        send, headers = _with_headers(send), Headers(scope=scope)
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        if has_body and headers.get("content-type", "").partition(";")[0].strip().lower() not in TYPES:
            what = f"the body has to be {JSON}, or {YAML} where a server is published; the Content-Type says otherwise"
            return await problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, what)(scope, receive, send)
        return await self._app(scope, receive, send)


def _with_headers(send: Send) -> Send:
    async def sending(event: Message) -> None:
        if event["type"] == "http.response.start":
            headers = MutableHeaders(scope=event)
            for name, value in _ALWAYS.items():
                headers.setdefault(name, value)
        await send(event)

    return sending
