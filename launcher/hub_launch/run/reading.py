"""What servers answer over streamable HTTP: one message, or a stream of them among which the answer is."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from msgspec import Raw

from hub_launch.run.answer import HTTP_ERRORS, MAX_PROBLEM_BYTES, Answer, TooLong, phrase
from hub_launch.run.background import Background
from hub_launch.run.exchange import Exchange, Headers
from hub_launch.run.http_session import HttpSession
from hub_launch.run.link import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    Limits,
    LinkGone,
    OnMessage,
    OnProgress,
    OnTold,
    is_news,
    is_response,
    problem,
    progress_of,
)
from hub_launch.run.messages import Message, read_message
from hub_launch.run.sse import Event, EventParser, EventTooLong

_JSON = b"application/json"
_EVENTS = b"text/event-stream"
LISTENED: Headers = [(b"accept", _EVENTS), (b"cache-control", b"no-store")]

# A server that ends its stream of notifications is asked for it again, ever later.
FIRST_WAIT_SECONDS = 1.0
MAX_WAIT_SECONDS = 60.0
# A stream that broke in the middle of a call is taken up again so often, if nothing comes of it.
MAX_RESUMES = 3
# Gateways say these of a server that is not there.
DOWN = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that is under way."""

    number: int
    method: str
    modern: bool
    session: bytes
    on_progress: OnProgress | None
    on_told: OnTold | None


class Reader:
    """Reads what one server says, and sorts it: to whoever asked, and to whoever is told the rest."""

    def __init__(
        self, exchange: Exchange, session: HttpSession, on_message: OnMessage, limits: Limits, background: Background
    ) -> None:
        self.skipped = 0
        self._exchange = exchange
        self._session = session
        self._on_message = on_message
        self._limits = limits
        self._background = background

    async def read(self, call: Call, answer: Answer) -> Message:
        """The response to a call, or an error of ours where there is none to pass on. Raises LinkGone."""
        done = False
        try:
            message = await self._answered(call, answer)
            done = True
        except HTTP_ERRORS as failure:
            raise self._exchange.failed(failure) from failure
        except (TooLong, EventTooLong):
            most = f"{self._limits.message_bytes:,}"
            return problem(call.number, INTERNAL_ERROR, f"the server's answer is longer than {most} bytes")
        else:
            return message
        finally:
            await self._let_go(answer, done=done)

    async def listen(self, session: bytes) -> None:
        """Pass on what the server says unasked, for as long as the session lasts and it has a stream for that."""
        wait, last = FIRST_WAIT_SECONDS, b""
        while session == self._session.id:
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
        answer = await self._exchange.send("GET", self._exchange.url, self._listening_from(last))
        try:
            if answer.status != HTTPStatus.OK or answer.kind != _EVENTS:
                return answer.status in DOWN
            while (chunk := await answer.next_chunk()) is not None:
                for event in events.feed(chunk):
                    if message := self._message(event):
                        self._on_message(message)
            return True
        finally:
            await answer.close()

    def _listening_from(self, last: bytes) -> Headers:
        head = [*LISTENED, *self._session.headers(self._session.version)]
        return [*head, (b"last-event-id", last)] if last else head

    async def _answered(self, call: Call, answer: Answer) -> Message:
        if answer.status != HTTPStatus.OK:
            return await self._refused(call, answer)
        if call.method == "initialize":
            self._session.open(answer)
        if answer.kind == _JSON:
            return self._checked(call, await answer.read(self._limits.message_bytes))
        if answer.kind == _EVENTS:
            return await self._streamed(call, answer)
        kind = ascii(answer.kind.decode("latin-1")[:100])
        return problem(call.number, INVALID_REQUEST, f"the server answered with {kind}, which is not MCP")

    def _checked(self, call: Call, body: bytes) -> Message:
        message = read_message(body)
        if message is None or not is_response(message):
            return problem(call.number, PARSE_ERROR, "the server answered with what is no JSON-RPC response")
        if message.id is None and isinstance(message.error, Raw):
            return msgspec.structs.replace(message, id=call.number)
        if message.id != call.number:
            self.skipped += 1
            return problem(call.number, INVALID_REQUEST, "the server answered another request than the one it was sent")
        return message

    async def _streamed(self, call: Call, answer: Answer) -> Message:
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

    async def _resumed(self, call: Call, last: bytes) -> tuple[Message | None, EventParser]:
        events = EventParser(self._limits.message_bytes)
        events.last_id = last
        answer = await self._exchange.send("GET", self._exchange.url, self._listening_from(last))
        try:
            if answer.status != HTTPStatus.OK or answer.kind != _EVENTS:
                return await self._refused(call, answer), events
            return await self._answer_among(call, answer, events), events
        finally:
            await answer.close()

    async def _answer_among(self, call: Call, answer: Answer, events: EventParser) -> Message | None:
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
                elif not (call.on_told and is_news(message) and call.on_told(message)):
                    self._on_message(message)
        return None

    def _message(self, event: Event) -> Message | None:
        # Empty data only says where the stream may be taken up again.
        message = read_message(event.data) if event.name == "message" and event.data else None
        if message is None and event.data:
            self.skipped += 1
        return message

    async def _refused(self, call: Call, answer: Answer) -> Message:
        """What a status says that is not 200. Raises LinkGone where others would be told the same."""
        status = answer.status
        if status in DOWN:
            raise self._exchange.gone(f"is not there: its gateway answers {phrase(status)}", "try again later")
        said = read_message(await answer.read(MAX_PROBLEM_BYTES)) if answer.kind == _JSON else None
        if status == HTTPStatus.NOT_FOUND and call.session:
            self._session.end(call.session)
            raise self._exchange.gone("does not know the session any more", sent=False)
        if wanted := await self._exchange.wants_more(answer):
            return problem(call.number, INVALID_REQUEST, wanted)
        if said and isinstance(said.error, Raw):
            return msgspec.structs.replace(said, id=call.number)
        if status == HTTPStatus.NOT_FOUND:
            return problem(call.number, METHOD_NOT_FOUND, "the server answers HTTP 404 Not Found")
        if status == HTTPStatus.ACCEPTED:
            return problem(call.number, INVALID_REQUEST, "the server took the request without answering it (HTTP 202)")
        return problem(call.number, INTERNAL_ERROR, f"the server answers {phrase(status)}")

    async def _let_go(self, answer: Answer, *, done: bool) -> None:
        if done and answer.kind == _EVENTS and not answer.ended:
            # Without the caller waiting: the end of a stream comes a moment after the answer in it.
            self._background.start(answer.drain())
        else:
            await answer.close()
