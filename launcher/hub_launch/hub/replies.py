"""How the answer to a call under way reaches a client over HTTP: as JSON, or as a stream with progress before it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from http import HTTPStatus
from typing import Any

from msgspec import Raw
from starlette.types import Message as Event
from starlette.types import Receive, Send

from hub_launch.hub.calls import Answer
from hub_launch.hub.regular import Request
from hub_launch.run.messages import RequestId, as_object, error, fields_of, notification, response

# Notifications of progress that a client has not read yet; later ones are dropped, since the last says it all.
MAX_PROGRESS = 64
# Only calls that take longer are watched for a client that goes away: watching costs a task.
WATCH_AFTER_SECONDS = 0.25

Task = asyncio.Task[Answer]


class Progress:
    """Progress on its way to the client, under the client's own token."""

    def __init__(self, token: Raw) -> None:
        self._token = token
        self.waiting: asyncio.Queue[bytes] = asyncio.Queue(MAX_PROGRESS)

    def tell(self, params: Raw) -> None:
        """Take the parameters of a server's notification."""
        if not self.waiting.full():
            fields = {**(fields_of(params) or {}), "progressToken": self._token}
            self.waiting.put_nowait(notification("notifications/progress", as_object(fields)))


class Pending:
    """A request that is being answered, by the task that began it: another for each call would cost a tenth of it."""

    def __init__(self) -> None:
        self.given_up = False
        self._task = asyncio.current_task()

    def cancel(self) -> None:
        """The client does not want the answer any more."""
        if self._task:
            self.given_up = True
            self._task.cancel()

    def over(self) -> None:
        """There is an answer, which nothing interrupts on its way."""
        self._task = None

    def settle(self) -> bool:
        """Whether it was cancelled by its client, and by nobody else; the task goes on then."""
        if self.given_up and self._task:
            return self._task.uncancel() == 0
        return False


async def reply(asked: Awaitable[Answer], pending: Pending, request: Request, receive: Receive, send: Send) -> None:
    """The answer as JSON."""
    watching = _Watch(pending, receive) if request.modern else None
    try:
        answer = await asked
    except asyncio.CancelledError:
        if not pending.settle():
            raise
        # A cancelled request is not answered: an empty stream is the one way to say nothing.
        await _send(send, b"text/event-stream", b"")
        return
    finally:
        pending.over()
        if watching:
            watching.end()
    await send_json(send, encoded(request.id, answer))


class _Watch:
    """Gives up the request of a client of the newer protocol that goes away.

    One of the older protocol may only have been cut off: its call goes on.
    """

    def __init__(self, pending: Pending, receive: Receive) -> None:
        self._pending = pending
        self._receive = receive
        self._task: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(WATCH_AFTER_SECONDS, self._begin)

    def end(self) -> None:
        """There is an answer."""
        self._timer.cancel()
        if self._task:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        await _left(self._receive)
        self._pending.cancel()


async def _until_done_or_left(task: Task, request: Request, receive: Receive) -> None:
    """Wait for the task, or for a client of the newer protocol to go away, which cancels.

    One of the older protocol may only have been cut off: its call goes on.
    """
    if not request.modern:
        await asyncio.wait({task})
        return
    leaving = asyncio.create_task(_left(receive))
    await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    if not task.done():
        task.cancel()
        await asyncio.wait({task})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def stream(task: Task, request: Request, progress: Progress, receive: Receive, send: Send) -> None:
    """The answer as a stream of events, progress first."""
    await send(_start(b"text/event-stream"))
    watching = asyncio.create_task(_until_done_or_left(task, request, receive))
    async for line in told(progress, watching):
        await send({"type": "http.response.body", "body": _event(line), "more_body": True})
    last = b"" if task.cancelled() else _event(encoded(request.id, task.result()))
    await send({"type": "http.response.body", "body": last})


async def told(progress: Progress, until: "asyncio.Task[Any]") -> AsyncIterator[bytes]:
    """The notifications of progress, as lines, up to the end of `until`."""
    while not until.done() or not progress.waiting.empty():
        if not progress.waiting.empty():
            yield progress.waiting.get_nowait()
            continue
        arriving = asyncio.create_task(progress.waiting.get())
        await asyncio.wait({arriving, until}, return_when=asyncio.FIRST_COMPLETED)
        if arriving.done():
            yield arriving.result()
        arriving.cancel()


def encoded(number: RequestId, answer: Answer) -> bytes:
    """The answer as a message."""
    return response(number, answer.result) if answer.result is not None else error(number, answer.error or Raw(b"{}"))


def _event(data: bytes) -> bytes:
    return b"event: message\r\ndata: " + data.strip() + b"\r\n\r\n"


async def events(lines: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """A stream of messages without an end: until the client goes away."""
    await send(_start(b"text/event-stream"))
    leaving = asyncio.create_task(_left(receive))
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
