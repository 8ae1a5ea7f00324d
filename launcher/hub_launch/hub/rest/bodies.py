"""What is asked of a request before it reaches a route, and said with every answer."""

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_launch.hub.limits import MAX_BODY_BYTES
from hub_launch.hub.problem import problem

JSON = "application/json"
YAML = "application/yaml"
# The last three are what YAML was called before it had a registered name (RFC 9512).
TYPES = frozenset({JSON, YAML, "application/x-yaml", "text/yaml", "text/x-yaml"})

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Nothing may be kept, guessed, framed or loaded; the pages that load something say themselves what.
_ALWAYS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


class Bounded:
    """Refuses bodies that are too large (413) or not of a type that a page of another site cannot send (415)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        send = _with_headers(send)
        body = await _body(receive) if scope["method"] in _WITH_BODY else b""
        if body is None:
            what = f"a request has at most {MAX_BODY_BYTES:,} bytes"
            return await problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, what)(scope, receive, send)
        kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        if body and kind not in TYPES:
            what = f"the body has to be {JSON}, or {YAML} where a server is published; the Content-Type says otherwise"
            return await problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, what)(scope, receive, send)
        return await self._app(scope, _again(body, receive), send)


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or None if it is too large."""
    body, more = bytearray(), True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Receives the body that was read already, and then what comes after."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return parts.pop() if parts else await receive()

    return replay


def _with_headers(send: Send) -> Send:
    async def sending(event: Message) -> None:
        if event["type"] == "http.response.start":
            headers = MutableHeaders(scope=event)
            for name, value in _ALWAYS.items():
                headers.setdefault(name, value)
        await send(event)

    return sending
