"""What a server asks of its client: each request is answered once, by whoever the link was told may be asked."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial

from msgspec import Raw

from hub_launch.run.background import Background
from hub_launch.run.link import METHOD_NOT_FOUND, Answerer, LinkGone, Question, Reply
from hub_launch.run.messages import NO_FIELDS, Message, RequestId, error, fields_of, raw, response

# Requests of one server that wait for their answers, or to be read; it gets none to more of them.
MAX_ASKED = 16

_NOT_SHARED = (
    "no client can be asked: all clients of the hub share this server; with --isolation each has one of its own"
)


Send = Callable[[bytes], Awaitable[None]]
"""Sends a message to the server. Raises LinkGone."""


def refused(why: str, code: int = METHOD_NOT_FOUND) -> Reply:
    """The reply to what nobody is asked."""
    return Reply(error=raw({"code": code, "message": why}))


def replied(number: RequestId, reply: Reply) -> bytes:
    """The reply as a message."""
    return response(number, reply.result or NO_FIELDS) if reply.error is None else error(number, reply.error)


async def nobody(_: Question) -> Reply:
    """Answers for a server that several clients share: what one of them said would be told to the others."""
    return refused(_NOT_SHARED)


class Asked:
    """The questions of one server that are not answered yet."""

    def __init__(self, send: Send) -> None:
        self.answer: Answerer = nobody
        self._send = send
        self._open: dict[RequestId, asyncio.Task[None]] = {}
        self._background = Background()

    def take(self, message: Message) -> bool:
        """Whether the message asks something, or takes a question back; if so, it is dealt with."""
        if message.method == "notifications/cancelled":
            return self._take_back(message)
        if not isinstance(message.method, str) or not isinstance(message.id, int | str):
            return False
        if len(self._open) < MAX_ASKED and message.id not in self._open:
            question = Question(message.method, message.params if isinstance(message.params, Raw) else NO_FIELDS)
            task = self._open[message.id] = self._background.start(self._reply(message.id, question))
            # Not by the task itself, which one that is taken back at once never begins.
            task.add_done_callback(partial(self._answered, message.id))
        return True

    async def close(self) -> None:
        """Answer nothing any more."""
        await self._background.close()

    async def _reply(self, number: RequestId, question: Question) -> None:
        reply = Reply(NO_FIELDS) if question.method == "ping" else await self.answer(question)
        # One that is gone needs no answer.
        with contextlib.suppress(LinkGone):
            await self._send(replied(number, reply))

    def _answered(self, number: RequestId, _: "asyncio.Task[None]") -> None:
        del self._open[number]

    def _take_back(self, message: Message) -> bool:
        wanted = bytes((fields_of(message.params) or {}).get("requestId", b""))
        for number, task in self._open.items():
            if bytes(raw(number)) == wanted:
                task.cancel()
                return True
        return False
