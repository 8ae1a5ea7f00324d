"""The MCP endpoints over HTTP: what is regular is answered here, from bytes, and all else by FastMCP.

A client's session is the hub's own; FastMCP is told of it when it first has to answer something in it.
"""

import contextlib
from collections.abc import Awaitable, Iterator
from http import HTTPStatus

from msgspec import UNSET
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from hub_launch.hub.answers import answer_of, needs_no_server
from hub_launch.hub.asking import Client
from hub_launch.hub.caller import Caller
from hub_launch.hub.calls import in_headers_too, relay
from hub_launch.hub.desk import LISTS
from hub_launch.hub.door import caller_of
from hub_launch.hub.endpoints import Endpoint, Endpoints
from hub_launch.hub.full import Full, open_behind, with_header
from hub_launch.hub.leaving import Leaving
from hub_launch.hub.limits import body_of, too_large
from hub_launch.hub.listening import Wanted, session_news, subscription_news, wanted_of
from hub_launch.hub.mail import Mail
from hub_launch.hub.methods import METHODS, TOOL
from hub_launch.hub.news import News
from hub_launch.hub.problem import problem
from hub_launch.hub.regular import Headers, Request, headers_of, is_plain, regular
from hub_launch.hub.replies import Reply, events, send_json
from hub_launch.hub.sessions import Cancellable, Session
from hub_launch.hub.shared import CHANGES, Shared
from hub_launch.hub.whom import Whom
from hub_launch.run.link import INVALID_REQUEST
from hub_launch.run.messages import Message, fields_of, is_misnumbered, raw, read_message, response, text_of

# Streams that stay open, of all clients together; each costs a task and a socket.
MAX_STREAMS = 1_000


class FastPath:
    """An ASGI application before another, to which everything but MCP is passed on."""

    def __init__(
        self,
        app: ASGIApp,
        endpoints: Endpoints,
        full: Full,
        news: News,
        whom: Whom,
        leaving: Leaving,
        shared: Shared | None = None,
        *,
        fast: bool = True,
    ) -> None:
        """`endpoints` by path. shared: the sessions that other hubs may go on with.

        Without `fast` everything is left to FastMCP, which answers alike but slower.
        """
        self._app = app
        self._endpoints = endpoints
        self._full = full
        self._news = news
        self._whom = whom
        self._leaving = leaving
        self._shared = shared
        self._fast = fast
        self._streams = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        endpoint = self._endpoints.get(scope["path"]) if scope["type"] == "http" else None
        if endpoint and scope["method"] == "POST":
            return await self._post(endpoint, scope, receive, send)
        if scope["type"] == "http" and scope["method"] == "GET":
            # What has no end of its own.
            receive = self._leaving.until_closing(receive)
        if endpoint is None:
            return await self._app(scope, receive, send)
        return await self._other(endpoint, scope, receive, send)

    async def _post(self, endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        try:
            body = await body_of(receive)
        except ClientDisconnect:
            return None
        if body is None:
            return await too_large()(scope, receive, send)
        if self._shared and not await self._shared.found(endpoint, headers.get(b"mcp-session-id")):
            return await _UNKNOWABLE(scope, receive, send)
        answered = self._answered(endpoint, scope, headers, body, receive, send) if self._fast else None
        if answered is not None:
            return await answered
        return await self._forward(endpoint, scope, headers, _again(body, receive), send)

    def _answered(
        self, endpoint: Endpoint, scope: Scope, headers: Headers, body: bytes, receive: Receive, send: Send
    ) -> Awaitable[None] | None:
        """The answer under way, or None for a request that is not ours."""
        message = read_message(body)
        if (message is None or message.id is None) and is_misnumbered(body):
            # Taken for a notification it would never be answered, and its client would wait.
            return send_json(send, _error(_MISNUMBERED), status=HTTPStatus.BAD_REQUEST)
        if message is None:
            return None
        if message.method is UNSET:
            return _answering(endpoint, headers, message, send)
        if message.id is UNSET:
            return self._notified(endpoint, headers, message, send)
        if message.method == "initialize" and b"mcp-session-id" not in headers:
            return self._initialized(endpoint, headers, message, body, send)
        request = regular(headers, message, endpoint.sessions)
        if request is None:
            return None
        if needs_no_server(request):
            return self._told(endpoint, request, send)
        if request.method == "subscriptions/listen" and request.modern:
            return self._listened(endpoint, request, receive, send)
        return self._relayed(endpoint, scope, request, receive, send)

    def _initialized(
        self, endpoint: Endpoint, headers: Headers, message: Message, body: bytes, send: Send
    ) -> Awaitable[None] | None:
        params = fields_of(message.params)
        if not is_plain(headers) or params is None or not isinstance(message.id, int | str):
            return None
        version = text_of(params.get("protocolVersion"))
        if version is None or not {"capabilities", "clientInfo"} <= params.keys():
            return None
        client = Client(params, prefixed=endpoint.desk.prefixed)
        return _welcome(endpoint, message.id, version, client, body, send, self._shared)

    def _relayed(
        self, endpoint: Endpoint, scope: Scope, request: Request, receive: Receive, send: Send
    ) -> Awaitable[None] | None:
        rule = METHODS.get(request.method)
        about = rule.named(request.params) if rule else None
        if rule and about is None:
            return None
        if about and request.modern and about.kind == TOOL and in_headers_too(endpoint.desk, about):
            return None
        return self._relay(endpoint, scope, request, receive, send)

    def _listened(self, endpoint: Endpoint, request: Request, receive: Receive, send: Send) -> Awaitable[None] | None:
        wanted = wanted_of(request.params)
        if wanted is None or self._streams >= MAX_STREAMS:
            return None
        return self._stream_subscription(endpoint, request, wanted, receive, send)

    async def _told(self, endpoint: Endpoint, request: Request, send: Send) -> None:
        session = endpoint.sessions.get(request.session) if request.session else None
        desk = endpoint.desk
        if session and session.client and request.method in LISTS:
            desk = await self._whom.desk(desk, session.client)
        await send_json(send, await answer_of(desk, request))

    async def _relay(self, endpoint: Endpoint, scope: Scope, request: Request, receive: Receive, send: Send) -> None:
        session = endpoint.sessions.get(request.session) if request.session else None
        if self._shared and session and request.method in CHANGES:
            await self._shared.changes(endpoint, session, request)
        reply = Reply(request, receive, send)
        place = endpoint.root, caller_of(scope)
        client, name = (session.client, session.id) if session else (None, b"")
        caller = Caller(
            request.modern, reply.tell, client, self._whom, place, self._news, request.id, session=name, scope=scope
        )
        with _under_way(session, request, reply):
            await reply.answer(relay(endpoint.desk, request.method, request.params, caller))

    def _notified(self, endpoint: Endpoint, headers: Headers, message: Message, send: Send) -> Awaitable[None] | None:
        """Notifications of a session are for FastMCP, if that knows the session, and for the client's own servers."""
        session = endpoint.sessions.get(headers.get(b"mcp-session-id", b""))
        if session is None:
            return None
        if message.method == "notifications/cancelled" and _cancelled(session, message):
            return send_json(send, b"", status=HTTPStatus.ACCEPTED)
        if session.client and isinstance(message.method, str):
            self._whom.tell(session.client, message.method, message.params)
            self._news.pass_on(endpoint.desk, message.method, message.params)
        return None if session.behind else send_json(send, b"", status=HTTPStatus.ACCEPTED)

    async def _stream_subscription(
        self, endpoint: Endpoint, request: Request, wanted: Wanted, receive: Receive, send: Send
    ) -> None:
        self._streams += 1
        try:
            with self._news.listening(endpoint.desk) as listener:
                news = subscription_news(endpoint.desk, listener, self._news.subscriptions, request.id, wanted)
                await events(news, self._leaving.until_closing(receive), send)
        finally:
            self._streams -= 1

    async def _other(self, endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
        """GET opens a session's stream of news, DELETE ends the session."""
        headers = headers_of(scope)
        if self._shared and not await self._shared.found(endpoint, headers.get(b"mcp-session-id")):
            return await _UNKNOWABLE(scope, receive, send)
        session = endpoint.sessions.get(headers.get(b"mcp-session-id", b"")) if self._fast else None
        if session is None or scope["method"] not in ("GET", "DELETE"):
            return await self._forward(endpoint, scope, headers, receive, send)
        if scope["method"] == "DELETE":
            return await self._deleted(endpoint, session, scope, receive, send)
        if b"text/event-stream" not in headers.get(b"accept", b""):
            return await problem(HTTPStatus.NOT_ACCEPTABLE, "the answer is an event stream")(scope, receive, send)
        if session.streaming or self._streams >= MAX_STREAMS:
            return await problem(HTTPStatus.CONFLICT, "this session has its stream already")(scope, receive, send)
        return await self._stream_session(endpoint, session, receive, send)

    async def _stream_session(self, endpoint: Endpoint, session: Session, receive: Receive, send: Send) -> None:
        session.streaming = True
        self._streams += 1
        try:
            with self._news.listening(endpoint.desk) as listener:
                news, mail = session_news(listener), Mail()
                with session.client.through(mail.put) if session.client else contextlib.nullcontext():
                    await events(mail.with_news(news), receive, send)
        finally:
            session.streaming = False
            self._streams -= 1

    async def _deleted(self, endpoint: Endpoint, session: Session, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint.sessions.drop(session.id)
        if self._shared:
            await self._shared.ended(endpoint, session)
        for task in session.calls.values():
            task.cancel()
        if session.behind:
            app = await self._full.app(endpoint.server)
            return await app(_behind(scope, endpoint, session.behind), receive, send)
        return await send_json(send, b"")

    async def _forward(self, endpoint: Endpoint, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """Have FastMCP answer, in its own session for this one."""
        if self._fast and (refused := self._no_session(endpoint, headers)):
            return await send_json(send, refused, status=HTTPStatus.NOT_FOUND)
        app = await self._full.app(endpoint.server)
        session = endpoint.sessions.get(headers.get(b"mcp-session-id", b""))
        if session is None or not self._fast:
            return await app({**scope, "root_path": endpoint.root}, receive, _adopting(endpoint, send))
        behind = await open_behind(app, {**scope, "root_path": endpoint.root}, session)
        return await app(_behind(scope, endpoint, behind), receive, _renaming(session, send))

    def _no_session(self, endpoint: Endpoint, headers: Headers) -> bytes:
        """The error for a session that is unknown: all of them are known here."""
        name = headers.get(b"mcp-session-id")
        if name is None or name in endpoint.sessions:
            return b""
        return _error(_SESSION_NOT_FOUND)


_UNKNOWABLE = problem(HTTPStatus.SERVICE_UNAVAILABLE, "this session cannot be looked up now; try again in a moment")
_SESSION_NOT_FOUND = {"code": INVALID_REQUEST, "message": "Session not found"}
_MISNUMBERED = {"code": INVALID_REQUEST, "message": "the id of a request has to be a text or a whole number"}


def _error(error: dict[str, object]) -> bytes:
    """To a request that is known by no id."""
    return bytes(raw({"jsonrpc": "2.0", "id": None, "error": error}))


async def _welcome(
    endpoint: Endpoint,
    number: int | str,
    version: str,
    client: Client,
    body: bytes,
    send: Send,
    shared: Shared | None,
) -> None:
    if not endpoint.desk.prefixed:
        # What a server says of itself is known once it has started.
        await endpoint.desk.settled()
    session = endpoint.sessions.open(body, client)
    if shared:
        await shared.opened(endpoint, session)
    welcome = response(number, endpoint.desk.welcome(version))
    await send_json(send, welcome, (b"mcp-session-id", session.id))


def _answering(endpoint: Endpoint, headers: Headers, message: Message, send: Send) -> Awaitable[None] | None:
    """A client's answer to a question, or one that came too late. FastMCP asks nobody anything."""
    session = endpoint.sessions.get(headers.get(b"mcp-session-id", b""))
    if session is None or session.client is None:
        return None
    session.client.take(message)
    return send_json(send, b"", status=HTTPStatus.ACCEPTED)


def _cancelled(session: Session, message: Message) -> bool:
    wanted = bytes((fields_of(message.params) or {}).get("requestId", b""))
    for number, task in session.calls.items():
        if bytes(raw(number)) == wanted:
            task.cancel()
            return True
    return False


@contextlib.contextmanager
def _under_way(session: Session | None, request: Request, call: Cancellable) -> Iterator[None]:
    """While this lasts, the session can cancel the call."""
    if session is None:
        yield
        return
    session.calls[request.id] = call
    try:
        yield
    finally:
        if session.calls.get(request.id) is call:
            del session.calls[request.id]


def _again(body: bytes, receive: Receive) -> Receive:
    """Receives the body that was read already, and then what comes after."""
    parts: list[Event] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Event:
        return parts.pop() if parts else await receive()

    return replay


def _behind(scope: Scope, endpoint: Endpoint, name: bytes) -> Scope:
    return with_header({**scope, "root_path": endpoint.root}, b"mcp-session-id", name)


def _renaming(session: Session, send: Send) -> Send:
    """Names the session in FastMCP's answers as the client knows it."""

    async def renaming(event: Event) -> None:
        if event["type"] == "http.response.start":
            kept = [(key, value) for key, value in event["headers"] if key != b"mcp-session-id"]
            event = {**event, "headers": [*kept, (b"mcp-session-id", session.id)]}
        await send(event)

    return renaming


def _adopting(endpoint: Endpoint, send: Send) -> Send:
    """Remembers the session that FastMCP has opened."""

    async def adopting(event: Event) -> None:
        if event["type"] == "http.response.start" and event["status"] == HTTPStatus.OK:
            name = dict(event["headers"]).get(b"mcp-session-id")
            if name:
                endpoint.sessions.adopt(name)
        await send(event)

    return adopting
