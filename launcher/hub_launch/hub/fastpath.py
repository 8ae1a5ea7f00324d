"""The fast path of HTTP: lists and calls of known tools, without FastMCP.

Only requests that are regular in every respect are answered here; what is unusual is passed on untouched to the
application behind, whose answers are the rule.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from msgspec import UNSET
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from hub_launch.hub.desk import Answer, Desk, Target, call
from hub_launch.hub.problem import problem
from hub_launch.hub.regular import Headers, Request, headers_of, regular
from hub_launch.hub.replies import Progress, reply, send_json, stream
from hub_launch.run.messages import NO_FIELDS, Message, RequestId, fields_of, raw, read_message, response, text_of
from hub_launch.run.stdio import MAX_LINE_BYTES

# As long as what a server may send; a request that is longer is refused before it is read whole.
MAX_BODY_BYTES = MAX_LINE_BYTES
# Sessions of clients that never said goodbye. A forgotten one still works: it is passed on.
MAX_SESSIONS = 10_000


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """One address: its tools, the sessions opened at it, and the calls that are under way in them."""

    desk: Desk
    sessions: dict[bytes, None] = field(default_factory=dict)
    calls: dict[tuple[bytes, RequestId], "asyncio.Task[Answer]"] = field(default_factory=dict)


class FastPath:
    """An ASGI application before another."""

    def __init__(self, app: ASGIApp, desks: Mapping[str, Desk]) -> None:
        """`desks` by the path of their endpoint."""
        self._app = app
        self._endpoints = {path: _Endpoint(desk) for path, desk in desks.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        endpoint = self._endpoints.get(scope["path"]) if scope["type"] == "http" else None
        if endpoint is None:
            return await self._app(scope, receive, send)
        headers = headers_of(scope)
        if scope["method"] == "DELETE":
            endpoint.sessions.pop(headers.get(b"mcp-session-id", b""), None)
        if scope["method"] != "POST":
            return await self._app(scope, receive, send)
        body = await _body(receive)
        if body is None:
            too_large = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request has at most {MAX_BODY_BYTES:,} bytes")
            return await too_large(scope, receive, send)
        answered = self._answered(endpoint, headers, body, receive, send)
        if answered is not None:
            return await answered
        return await self._app(scope, _again(body, receive), _noting_sessions(endpoint, send))

    def _answered(
        self, endpoint: _Endpoint, headers: Headers, body: bytes, receive: Receive, send: Send
    ) -> Awaitable[None] | None:
        """The answer under way, or None for a request that is not ours."""
        message = read_message(body)
        if message is None or message.method is UNSET:
            return None
        if message.method == "notifications/cancelled":
            _cancel(endpoint, headers, message)
            return None
        request = regular(headers, message, endpoint.sessions)
        if request is None:
            return None
        if request.method == "tools/list":
            tools = endpoint.desk.tools(modern=request.modern) if "cursor" not in request.params else None
            return send_json(send, response(request.id, tools)) if tools is not None else None
        target = endpoint.desk.target(text_of(request.params.get("name")) or "")
        return _call(endpoint, target, request, receive, send) if target else None


async def _body(receive: Receive) -> bytes | None:
    """The request's body, or None if it is too large. What is left of one that breaks off is no message."""
    event = await receive()
    if not event.get("more_body"):
        whole: bytes = event.get("body", b"")
        return whole if len(whole) <= MAX_BODY_BYTES else None
    body = bytearray(event.get("body", b""))
    while event.get("more_body"):
        event = await receive()
        body += event.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Receives the body that was read already, and then what comes after."""
    events: list[Event] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Event:
        return events.pop() if events else await receive()

    return replay


def _noting_sessions(endpoint: _Endpoint, send: Send) -> Send:
    async def noting(event: Event) -> None:
        if event["type"] == "http.response.start":
            session = dict(event["headers"]).get(b"mcp-session-id")
            if session and event["status"] == HTTPStatus.OK:
                endpoint.sessions[session] = None
                if len(endpoint.sessions) > MAX_SESSIONS:
                    del endpoint.sessions[next(iter(endpoint.sessions))]
        await send(event)

    return noting


def _cancel(endpoint: _Endpoint, headers: Headers, message: Message) -> None:
    session = headers.get(b"mcp-session-id", b"")
    wanted = bytes((fields_of(message.params) or {}).get("requestId", b""))
    for (of, number), task in endpoint.calls.items():
        if of == session and bytes(raw(number)) == wanted:
            task.cancel()


async def _call(endpoint: _Endpoint, target: Target, request: Request, receive: Receive, send: Send) -> None:
    meta = fields_of(request.params.get("_meta", NO_FIELDS)) or {}
    progress = Progress(meta["progressToken"]) if "progressToken" in meta else None
    on_progress = progress.tell if progress else None
    task = asyncio.create_task(call(target, request.params, modern=request.modern, on_progress=on_progress))
    key = (request.session or b"", request.id)
    if request.session is not None:
        endpoint.calls[key] = task
    try:
        if progress:
            await stream(task, request, progress, receive, send)
        else:
            await reply(task, request, receive, send)
    finally:
        task.cancel()
        if endpoint.calls.get(key) is task:
            del endpoint.calls[key]
