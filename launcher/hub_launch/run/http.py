"""MCP over streamable HTTP, with messages as bytes: a call costs one request on a connection that is kept.

Of both eras: sessions, their stream of notifications and their end (2025), and requests that stand alone (2026).
"""

import asyncio
import contextlib
import itertools
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpcore2
import msgspec
from msgspec import Raw

from hub_launch.plan import HttpLaunch
from hub_launch.run.envelope import enveloped, is_modern, modern_headers, version_in
from hub_launch.run.exchange import (
    HTTP_ERRORS,
    MAX_PROBLEM_BYTES,
    Answer,
    Authorization,
    Exchange,
    Headers,
    TooLong,
    phrase,
)
from hub_launch.run.link import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    LIMITS,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    Limits,
    LinkGone,
    OnMessage,
    OnProgress,
    is_response,
    problem,
    progress_of,
)
from hub_launch.run.messages import (
    Message,
    RequestId,
    error,
    fields_of,
    notification,
    raw,
    read_message,
    request,
    response,
    with_progress_token,
)
from hub_launch.run.sse import Event, EventParser, EventTooLong

_JSON = b"application/json"
_EVENTS = b"text/event-stream"
_POSTED: Headers = [(b"content-type", _JSON), (b"accept", _JSON + b", " + _EVENTS)]
_LISTENED: Headers = [(b"accept", _EVENTS), (b"cache-control", b"no-store")]

# Sent back with every request.
MAX_SESSION_BYTES = 1024
# A server that ends its stream of notifications is asked for it again, ever later.
FIRST_WAIT_SECONDS = 1.0
MAX_WAIT_SECONDS = 60.0
# A stream that broke in the middle of a call is taken up again so often, if nothing comes of it.
MAX_RESUMES = 3
# Gateways say these of a server that is not there.
_DOWN = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
# A stream for as long as the caller wants.
_ENDLESS = frozenset({"subscriptions/listen"})


@dataclass(frozen=True, slots=True)
class _Call:
    """One request that is under way."""

    number: int
    method: str
    modern: bool
    session: bytes
    on_progress: OnProgress | None


class HttpLink:
    """The connection to one remote server. Requests share its connections and its session."""

    def __init__(
        self,
        launch: HttpLaunch,
        on_message: OnMessage,
        *,
        pool: httpcore2.AsyncConnectionPool | None = None,
        authorization: Authorization | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        """Connect nothing yet. pool: connections to use, the right ones for the launch when absent.

        authorization: of a user who signed in, where the launch has no `Authorization` header of its own.
        """
        self.protocol_version: str | None = None
        """What the handshake agreed on; set by whoever made it, and named in every request from then on."""
        self.skipped = 0
        """Messages from the server that nobody could use: no JSON-RPC, or answers to what was not asked."""
        self._on_message = on_message
        self._limits = limits
        self._exchange = Exchange(launch, pool, authorization, limits)
        self._numbers = itertools.count(1)
        self._session = b""
        self._listening: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def request(
        self,
        method: str,
        params: Raw,
        on_progress: OnProgress | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Message:
        """The server's response, or an error of ours where it has none to pass on. Raises LinkGone.

        A caller that stops waiting cancels the request at the server. With `on_progress`, the parameters' `_meta` gets
        a token of ours. headers: for this request alone, such as `Mcp-Param-*`.
        """
        number = next(self._numbers)
        if method == "initialize":
            self._forget(self._session)
        if on_progress:
            params = with_progress_token(params, number)
        fields = fields_of(params) or {}
        version = version_in(fields) or (None if method == "initialize" else self.protocol_version)
        modern = is_modern(version)
        if version and modern:
            params = enveloped(fields, version)
        head = self._head(version, modern_headers(method, fields) if modern else [])
        head += [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        call = _Call(number, method, modern, self._session, on_progress)
        return await self._within_limits(call, head, request(number, method, params))

    async def notify(self, method: str, params: Raw) -> None:
        """Send a notification. Raises LinkGone. After that which ends a handshake, the server's own are listened to."""
        await self._post(notification(method, params))
        if method == "notifications/initialized" and self._session and self._listening is None:
            self._listening = asyncio.create_task(self._listen(self._session))

    async def respond(self, number: RequestId, *, result: Raw | None = None, failure: Raw | None = None) -> None:
        """Answer a request of the server's, which on_message was told. Raises LinkGone."""
        await self._post(error(number, failure) if failure is not None else response(number, result or Raw(b"{}")))

    async def close(self) -> None:
        """End the session and all connections. What is under way ends with LinkGone."""
        session, listening = self._session, self._listening
        self._forget(session)
        tasks = [*self._tasks, *([listening] if listening else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if session:
            await self._say_goodbye(session)
        await self._exchange.close()

    async def _within_limits(self, call: _Call, head: Headers, body: bytes) -> Message:
        limit = None if call.method in _ENDLESS else self._limits.answer_seconds
        try:
            async with asyncio.timeout(limit):
                return await self._call(call, head, body)
        except asyncio.CancelledError:
            self._give_up(call)
            raise
        except TimeoutError:
            self._give_up(call)
            return problem(call.number, INTERNAL_ERROR, f"the server did not answer within {limit:g} s")

    async def _call(self, call: _Call, head: Headers, body: bytes) -> Message:
        answer = await self._exchange.send("POST", self._exchange.url, head, body)
        try:
            return await self._answered(call, answer)
        except HTTP_ERRORS as failure:
            raise self._exchange.failed(failure) from failure
        except (TooLong, EventTooLong):
            most = f"{self._limits.message_bytes:,}"
            return problem(call.number, INTERNAL_ERROR, f"the server's answer is longer than {most} bytes")
        finally:
            await self._let_go(answer)

    async def _answered(self, call: _Call, answer: Answer) -> Message:
        if answer.status != HTTPStatus.OK:
            return await self._refused(call, answer)
        if call.method == "initialize":
            self._session = _session_in(answer)
        if answer.kind == _JSON:
            return self._checked(call, await answer.read(self._limits.message_bytes))
        if answer.kind == _EVENTS:
            return await self._streamed(call, answer)
        kind = ascii(answer.kind.decode("latin-1")[:100])
        return problem(call.number, INVALID_REQUEST, f"the server answered with {kind}, which is not MCP")

    def _checked(self, call: _Call, body: bytes) -> Message:
        message = read_message(body)
        if message is None or not is_response(message):
            return problem(call.number, PARSE_ERROR, "the server answered with what is no JSON-RPC response")
        if message.id is None and isinstance(message.error, Raw):
            return msgspec.structs.replace(message, id=call.number)
        if message.id != call.number:
            self.skipped += 1
            return problem(call.number, INVALID_REQUEST, "the server answered another request than the one it was sent")
        return message

    async def _streamed(self, call: _Call, answer: Answer) -> Message:
        """The answer from a stream, and from those that the server has instead of one that it ended early."""
        events = EventParser(self._limits.message_bytes)
        found = await self._answer_among(call, answer, events)
        resumes = 0
        while found is None:
            if not events.last_id or resumes == MAX_RESUMES:
                raise self._exchange.gone("ended the connection before it answered", "try again")
            last = events.last_id
            await asyncio.sleep(FIRST_WAIT_SECONDS if events.retry is None else events.retry)
            found, events = await self._resumed(call, last)
            resumes = resumes + 1 if events.last_id == last else 0
        return found

    async def _resumed(self, call: _Call, last: bytes) -> tuple[Message | None, EventParser]:
        events = EventParser(self._limits.message_bytes)
        events.last_id = last
        head = [*_LISTENED, *self._identity(self.protocol_version), (b"last-event-id", last)]
        answer = await self._exchange.send("GET", self._exchange.url, head)
        try:
            if answer.status != HTTPStatus.OK or answer.kind != _EVENTS:
                return await self._refused(call, answer), events
            return await self._answer_among(call, answer, events), events
        finally:
            await self._let_go(answer)

    async def _answer_among(self, call: _Call, answer: Answer, events: EventParser) -> Message | None:
        while (chunk := await answer.next_chunk()) is not None:
            for event in events.feed(chunk):
                message = self._message(event)
                if message is None:
                    continue
                if is_response(message):
                    if message.id == call.number or (message.id is None and isinstance(message.error, Raw)):
                        return msgspec.structs.replace(message, id=call.number)
                    self.skipped += 1
                elif call.on_progress and progress_of(message) == call.number and isinstance(message.params, Raw):
                    call.on_progress(message.params)
                else:
                    self._on_message(message)
        return None

    def _message(self, event: Event) -> Message | None:
        # Empty data only says where the stream may be taken up again.
        message = read_message(event.data) if event.name == "message" and event.data else None
        if message is None and event.data:
            self.skipped += 1
        return message

    async def _refused(self, call: _Call, answer: Answer) -> Message:
        """What a status says that is not 200. Raises LinkGone where others would be told the same."""
        status = answer.status
        if status in _DOWN:
            raise self._exchange.gone(f"is not there: its gateway answers {phrase(status)}", "try again later")
        said = read_message(await answer.read(MAX_PROBLEM_BYTES)) if answer.kind == _JSON else None
        if status == HTTPStatus.NOT_FOUND and call.session:
            self._forget(call.session)
            raise self._exchange.gone("does not know the session any more")
        if said and isinstance(said.error, Raw):
            return msgspec.structs.replace(said, id=call.number)
        if status == HTTPStatus.NOT_FOUND:
            return problem(call.number, METHOD_NOT_FOUND, "the server answers HTTP 404 Not Found")
        if status == HTTPStatus.ACCEPTED:
            return problem(call.number, INVALID_REQUEST, "the server took the request without answering it (HTTP 202)")
        return problem(call.number, INTERNAL_ERROR, f"the server answers {phrase(status)}")

    async def _post(self, body: bytes) -> None:
        session = self._session
        try:
            async with asyncio.timeout(self._limits.notice_seconds):
                answer = await self._exchange.send(
                    "POST", self._exchange.url, self._head(self.protocol_version, []), body
                )
                await answer.drain()
        except TimeoutError as late:
            raise self._exchange.gone(f"did not take a message within {self._limits.notice_seconds:g} s") from late
        if answer.status == HTTPStatus.NOT_FOUND and session:
            self._forget(session)
            raise self._exchange.gone("does not know the session any more")
        if answer.status in _DOWN:
            raise self._exchange.gone(f"is not there: its gateway answers {phrase(answer.status)}", "try again later")

    async def _listen(self, session: bytes) -> None:
        """Pass on what the server says unasked, for as long as the session lasts and it has a stream for that."""
        wait, last = FIRST_WAIT_SECONDS, b""
        while session == self._session:
            events = EventParser(self._limits.message_bytes)
            try:
                if not await self._heard(events, last):
                    return
                wait = FIRST_WAIT_SECONDS
            except (LinkGone, TooLong, EventTooLong, *HTTP_ERRORS):
                wait = min(wait * 2, MAX_WAIT_SECONDS)
            last = events.last_id or last
            await asyncio.sleep(wait if events.retry is None else max(events.retry, wait))

    async def _heard(self, events: EventParser, last: bytes) -> bool:
        """Listen to one stream until it ends. False if the server has none."""
        head = [*_LISTENED, *self._identity(self.protocol_version), *([(b"last-event-id", last)] if last else [])]
        answer = await self._exchange.send("GET", self._exchange.url, head)
        try:
            if answer.status != HTTPStatus.OK or answer.kind != _EVENTS:
                return answer.status in _DOWN
            while (chunk := await answer.next_chunk()) is not None:
                for event in events.feed(chunk):
                    if message := self._message(event):
                        self._on_message(message)
            return True
        finally:
            await answer.close()

    def _head(self, version: str | None, more: Headers) -> Headers:
        return [*_POSTED, *self._identity(version), *more]

    def _identity(self, version: str | None) -> Headers:
        head: Headers = [(b"mcp-session-id", self._session)] if self._session else []
        return [*head, (b"mcp-protocol-version", version.encode())] if version else head

    def _give_up(self, call: _Call) -> None:
        # In the newer protocol the end of the connection says it; a handshake must not be cancelled.
        if not call.modern and call.method != "initialize":
            told = notification("notifications/cancelled", raw({"requestId": call.number}))
            self._in_background(self._tell(told))

    async def _tell(self, body: bytes) -> None:
        # One that is gone does nothing for us any more either.
        with contextlib.suppress(LinkGone):
            await self._post(body)

    async def _let_go(self, answer: Answer) -> None:
        if answer.ended or answer.kind != _EVENTS:
            await answer.close()
        else:
            # Without the caller waiting: the end of a stream comes a moment after the answer in it.
            self._in_background(answer.drain())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _forget(self, session: bytes) -> None:
        """The session is over, unless it is another one by now."""
        if session != self._session:
            return
        self._session, self.protocol_version = b"", None
        if self._listening:
            self._listening.cancel()
            self._listening = None

    async def _say_goodbye(self, session: bytes) -> None:
        # Without a goodbye it ends by itself, sooner or later.
        with contextlib.suppress(LinkGone, TimeoutError):
            async with asyncio.timeout(self._limits.notice_seconds):
                answer = await self._exchange.send("DELETE", self._exchange.url, [(b"mcp-session-id", session)])
                await answer.close()


def _session_in(answer: Answer) -> bytes:
    session = answer.header(b"mcp-session-id").strip()
    plain = all(0x21 <= byte <= 0x7E for byte in session)  # as the specification says
    return session if plain and len(session) <= MAX_SESSION_BYTES else b""
