"""MCP over the older HTTP transport (2024-11-05): everything the server says comes on one stream of events.

What is said to it is posted to an address that the stream names first.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import httpcore2
import httpx2
from msgspec import Raw

from hub_launch.plan import HttpLaunch
from hub_launch.run.answer import HTTP_ERRORS, Answer, TooLong, phrase
from hub_launch.run.asking import Asked
from hub_launch.run.background import Background
from hub_launch.run.exchange import POSTED, Authorization, Exchange, Headers
from hub_launch.run.link import (
    INTERNAL_ERROR,
    LIMITS,
    Answerer,
    Limits,
    LinkGone,
    OnMessage,
    OnProgress,
    OnTold,
    is_response,
    problem,
    progress_of,
)
from hub_launch.run.messages import (
    Message,
    notification,
    raw,
    read_message,
    request,
    with_progress_token,
)
from hub_launch.run.sse import Event, EventParser, EventTooLong

_LISTENED: Headers = [(b"accept", b"text/event-stream"), (b"cache-control", b"no-store")]


@dataclass(frozen=True, slots=True)
class _Waiting:
    answer: "asyncio.Future[Message]"
    on_progress: OnProgress | None


@dataclass(slots=True)
class _Stream:
    """One stream, from its opening to its end, which ends all that waits for it."""

    endpoint: "asyncio.Future[httpx2.URL]"
    waiting: dict[int, _Waiting] = field(default_factory=dict)
    task: "asyncio.Task[None] | None" = None

    def end(self, failure: LinkGone) -> None:
        """Nothing will be answered on it any more."""
        for one in self.waiting.values():
            if not one.answer.done():
                one.answer.set_exception(failure)
        if not self.endpoint.done():
            self.endpoint.set_exception(failure)
            # Told to whoever waits; that nobody does is no defect.
            self.endpoint.exception()


class SseLink:
    """The connection to one remote server; see HttpLink, whose interface it has."""

    def __init__(
        self,
        launch: HttpLaunch,
        on_message: OnMessage,
        *,
        pool: httpcore2.AsyncConnectionPool | None = None,
        authorization: Authorization | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self.protocol_version: str | None = None
        """What the handshake agreed on; set by whoever made it."""
        self.skipped = 0
        """Messages from the server that nobody could use."""
        self._on_message = on_message
        self._limits = limits
        self._exchange = Exchange(launch, pool, authorization, limits)
        self._numbers = itertools.count(1)
        self._stream: _Stream | None = None
        self._background = Background()
        self._asked = Asked(self._post)

    async def request(
        self,
        method: str,
        params: Raw,
        on_progress: OnProgress | None = None,
        on_told: OnTold | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Message:
        """See HttpLink. All requests share one stream, which does not show what belongs to which."""
        del on_told
        number = next(self._numbers)
        if on_progress:
            params = with_progress_token(params, number)
        more = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                return await self._call(number, request(number, method, params), more, on_progress)
        except asyncio.CancelledError:
            self._give_up(number, method)
            raise
        except TimeoutError:
            self._give_up(number, method)
            return problem(
                number, INTERNAL_ERROR, f"the server did not answer within {self._limits.answer_seconds:g} s"
            )

    async def notify(self, method: str, params: Raw) -> None:
        """See HttpLink."""
        await self._post(notification(method, params))

    def answer_with(self, answerer: Answerer) -> None:
        """See Link."""
        self._asked.answer = answerer

    async def close(self) -> None:
        """See HttpLink. The end of the stream is the end of the session."""
        await self._asked.close()
        await self._background.close()
        await self._exchange.close()

    async def _call(self, number: int, body: bytes, more: Headers, on_progress: OnProgress | None) -> Message:
        stream = await self._open()
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        stream.waiting[number] = _Waiting(answer, on_progress)
        try:
            await self._send(stream, body, more)
            return await answer
        finally:
            del stream.waiting[number]
            if answer.done() and not answer.cancelled():
                answer.exception()

    async def _open(self) -> _Stream:
        if self._stream is None:
            stream = self._stream = _Stream(asyncio.get_running_loop().create_future())
            stream.task = self._background.start(self._own(stream))
        stream = self._stream
        # One caller that gives up must not end it for the others.
        await asyncio.shield(stream.endpoint)
        return stream

    async def _own(self, stream: _Stream) -> None:
        """Open, read and end one stream."""
        failure = self._exchange.gone("the connection was closed")
        try:
            async with asyncio.timeout(self._limits.notice_seconds) as opening:
                answer = await self._exchange.send("GET", self._exchange.url, _LISTENED)
                try:
                    await self._read(stream, answer, opening)
                finally:
                    await answer.close()
            failure = self._exchange.gone("ended the connection", "try again")
        except LinkGone as gone:
            failure = gone
        except TimeoutError:
            failure = self._exchange.gone(f"opened no stream of events within {self._limits.notice_seconds:g} s")
        except (TooLong, EventTooLong):
            failure = self._exchange.gone(f"sent a message longer than {self._limits.message_bytes:,} bytes")
        except HTTP_ERRORS as broken:
            failure = self._exchange.failed(broken)
        finally:
            if self._stream is stream:
                self._stream, self.protocol_version = None, None
            stream.end(failure)

    async def _read(self, stream: _Stream, answer: Answer, opening: asyncio.Timeout) -> None:
        if answer.status != HTTPStatus.OK or answer.kind != b"text/event-stream":
            said = phrase(answer.status)
            raise self._exchange.gone(f"has no stream of events: it answers {said}", "is its transport really sse?")
        events = EventParser(self._limits.message_bytes)
        while (chunk := await answer.next_chunk()) is not None:
            for event in events.feed(chunk):
                if event.name == "endpoint":
                    self._take_endpoint(stream, event.data)
                    opening.reschedule(None)
                elif event.name == "message":
                    self._take(stream, event)

    def _take_endpoint(self, stream: _Stream, data: bytes) -> None:
        base = self._exchange.url
        try:
            url = base.join(data.decode())
        except (httpx2.InvalidURL, ValueError) as broken:
            raise self._exchange.gone("names an address for messages that is none") from broken
        if (url.scheme, url.host, url.port, url.userinfo) != (base.scheme, base.host, base.port, base.userinfo):
            shown = url.copy_with(userinfo=b"", query=None, fragment=None)
            raise self._exchange.gone(f"wants its messages at {shown}, which is another server; nothing was sent there")
        if not stream.endpoint.done():
            stream.endpoint.set_result(url)

    def _take(self, stream: _Stream, event: Event) -> None:
        message = read_message(event.data)
        if message is None:
            self.skipped += 1
        elif is_response(message):
            self._take_response(stream, message)
        else:
            number = progress_of(message)
            waiting = stream.waiting.get(number) if number is not None else None
            if waiting and waiting.on_progress and isinstance(message.params, Raw):
                waiting.on_progress(message.params)
            elif not self._asked.take(message):
                self._on_message(message)

    def _take_response(self, stream: _Stream, message: Message) -> None:
        waiting = stream.waiting.get(message.id) if isinstance(message.id, int) else None
        if waiting and not waiting.answer.done():
            waiting.answer.set_result(message)
        else:
            self.skipped += 1

    async def _post(self, body: bytes) -> None:
        try:
            async with asyncio.timeout(self._limits.notice_seconds):
                await self._send(await self._open(), body, [])
        except TimeoutError as late:
            raise self._exchange.gone(f"did not take a message within {self._limits.notice_seconds:g} s") from late

    async def _send(self, stream: _Stream, body: bytes, more: Headers) -> None:
        version: Headers = [(b"mcp-protocol-version", self.protocol_version.encode())] if self.protocol_version else []
        answer = await self._exchange.send("POST", stream.endpoint.result(), [*POSTED, *version, *more], body)
        await answer.drain()
        if not 200 <= answer.status < 300:
            if answer.status == HTTPStatus.NOT_FOUND and stream.task:
                stream.task.cancel()
            raise self._exchange.gone(f"does not take messages: it answers {phrase(answer.status)}", "try again")

    def _give_up(self, number: int, method: str) -> None:
        if method != "initialize" and self._stream and self._stream.endpoint.done():
            self._background.start(self._tell(notification("notifications/cancelled", raw({"requestId": number}))))

    async def _tell(self, body: bytes) -> None:
        # One that is gone does nothing for us any more either.
        with contextlib.suppress(LinkGone):
            await self._post(body)
