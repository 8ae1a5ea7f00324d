"""How the answer to a request reaches a client over HTTP: as JSON, or as a stream if it is told something before it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from http import HTTPStatus

from msgspec import Raw
from starlette.types import Message as Event
from starlette.types import Receive, Send

from hub_launch.hub.outcome import Answer
from hub_launch.hub.regular import Request
from hub_launch.hub.telling import Telling
from hub_launch.hub.withdrawal import Watch, Withdrawal, left
from hub_launch.run.messages import RequestId, error, fields_of, response

# What HTTP says of errors in the newer protocol (`ERROR_CODE_HTTP_STATUS` of the SDK), by code; of others nothing.
_STATUSES = {
    b"-32601": HTTPStatus.NOT_FOUND,
    **dict.fromkeys((b"-32700", b"-32600", b"-32602", b"-32020", b"-32021", b"-32022"), HTTPStatus.BAD_REQUEST),
}


class Reply:
    """A request that is being answered, by the task that began it: another for each would cost a tenth of a call."""

    def __init__(self, request: Request, receive: Receive, send: Send) -> None:
        self._request = request
        self._receive = receive
        self._send = send
        self._begun = False
        self._telling = Telling(self._write)
        self.tell = self._telling.tell
        self._withdrawal = Withdrawal()
        self.cancel = self._withdrawal.cancel

    async def answer(self, asked: Awaitable[Answer]) -> None:
        """Send what `asked` comes to, and before it whatever is told."""
        watching = Watch(self.cancel, self._receive) if self._request.modern else None
        try:
            answer = await asked
        except asyncio.CancelledError:
            self._telling.stop()
            if not self._withdrawal.settle():
                raise
            await self._end(b"")
            return
        finally:
            self._withdrawal.close()
            if watching:
                watching.end()
        await self._telling.all_told()
        body = encoded(self._request.id, answer)
        if self._begun:
            await self._end(_event(body))
        else:
            await send_json(self._send, body, status=_status(answer) if self._request.modern else HTTPStatus.OK)

    async def _write(self, line: bytes) -> None:
        await self._begin()
        await self._send({"type": "http.response.body", "body": _event(line), "more_body": True})

    async def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            await self._send(_start(b"text/event-stream"))

    async def _end(self, last: bytes) -> None:
        # A cancelled request is not answered: an empty stream is the one way to say nothing.
        await self._begin()
        await self._send({"type": "http.response.body", "body": last})


def _status(answer: Answer) -> HTTPStatus:
    code = bytes((fields_of(answer.error) or {}).get("code", b"")) if answer.error is not None else b""
    return _STATUSES.get(code, HTTPStatus.OK)


def encoded(number: RequestId, answer: Answer) -> bytes:
    """The answer as a message."""
    return response(number, answer.result) if answer.result is not None else error(number, answer.error or Raw(b"{}"))


def _event(data: bytes) -> bytes:
    return b"event: message\r\ndata: " + data.strip() + b"\r\n\r\n"


async def events(lines: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """A stream of messages without an end: until the client goes away."""
    await send(_start(b"text/event-stream"))
    leaving = asyncio.create_task(left(receive))
    writing = asyncio.create_task(_write_events(lines, send))
    try:
        await asyncio.wait({leaving, writing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        writing.cancel()
        await asyncio.wait({leaving, writing})
    await send({"type": "http.response.body", "body": b""})


async def _write_events(lines: AsyncIterator[bytes], send: Send) -> None:
    # What is sent before a message comes lets the client's HTTP library see that the stream is open.
    await send({"type": "http.response.body", "body": b": open\r\n\r\n", "more_body": True})
    async for line in lines:
        await send({"type": "http.response.body", "body": _event(line), "more_body": True})


async def send_json(send: Send, body: bytes, *more: tuple[bytes, bytes], status: HTTPStatus = HTTPStatus.OK) -> None:
    """Send a whole answer, with more headers."""
    await _send(send, b"application/json", body, *more, status=status)


async def _send(
    send: Send, kind: bytes, body: bytes, *more: tuple[bytes, bytes], status: HTTPStatus = HTTPStatus.OK
) -> None:
    await send(_start(kind, (b"content-length", str(len(body)).encode()), *more, status=status))
    await send({"type": "http.response.body", "body": body})


def _start(kind: bytes, *more: tuple[bytes, bytes], status: HTTPStatus = HTTPStatus.OK) -> Event:
    headers = [(b"content-type", kind), (b"cache-control", b"no-cache, no-transform"), *more]
    return {"type": "http.response.start", "status": status.value, "headers": headers}
