"""The requests that wait for one child's answers: each answer reaches the one that asked, and no other."""

import asyncio
import contextlib
import itertools
import re
from dataclasses import dataclass
from typing import Protocol

from msgspec import UNSET, Raw

from hub_launch.run.eras import SUBSCRIPTION_KEY
from hub_launch.run.link import LinkGone, OnProgress, OnTold, Unreadable
from hub_launch.run.messages import (
    NO_FIELDS,
    Message,
    as_object,
    fields_of,
    notification,
    number_of,
    raw,
    request,
    with_progress_token,
)

# Servers write a message's number first or last; what is found there may belong to something inside the message, whose
# harm is that another call to the same server fails.
_NUMBER = re.compile(rb'"id"\s*:\s*(\d{1,18})\s*[,}]')
_NEAR = 100
# Most notifications are none of a subscription's: only those that mention one are looked into.
_SUBSCRIPTION = SUBSCRIPTION_KEY.encode()


class Writable(Protocol):
    """Something bytes go to, such as asyncio.StreamWriter."""

    def write(self, data: bytes, /) -> None:
        """Send that, now or later."""
        ...

    async def drain(self) -> None:
        """Wait until there is room for more."""
        ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    answer: "asyncio.Future[Message]"
    on_progress: OnProgress | None
    on_told: OnTold | None


class Relay:
    """The requests to one child that are not answered yet."""

    def __init__(self, stdin: Writable) -> None:
        self._stdin = stdin
        self._numbers = itertools.count(1)
        self._waiting: dict[int, _Waiting] = {}
        self.over = asyncio.Event()
        """Nothing will be answered any more."""

    async def request(
        self,
        method: str,
        params: Raw,
        on_progress: OnProgress | None = None,
        on_told: OnTold | None = None,
    ) -> Message:
        """See Link."""
        number = next(self._numbers)
        if on_progress:
            params = with_progress_token(params, number)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[number] = _Waiting(answer, on_progress, on_told)
        try:
            await self.send(request(number, method, params))
            return await answer
        except asyncio.CancelledError:
            # Which of the two it speaks is not known yet, and both forbid it.
            if method not in ("initialize", "server/discover"):
                self._give_up(number)
            raise
        finally:
            del self._waiting[number]
            if answer.done() and not answer.cancelled():
                # It may have failed while the request was still being written.
                answer.exception()

    def take(self, message: Message) -> bool:
        """Whether `message` from the child belongs to a request that waits; if so, it is dealt with."""
        if message.method == "notifications/progress":
            return self._take_progress(message)
        if not isinstance(message.id, int) or isinstance(message.method, str):
            return message.id is UNSET and self._take_news(message)
        waiting = self._waiting.get(message.id)
        if waiting is None or waiting.answer.done():
            return False
        waiting.answer.set_result(message)
        return True

    def take_unreadable(self, piece: bytes, why: str, *, answer: bool) -> None:
        """Tell whoever waits for the answer in a line that cannot be read why it is none.

        piece: the line, or its beginning. Beginning or end say which answer it is. Where they do not, and it can be
        nothing but an `answer`, it may be any that is waited for.
        """
        if not answer and piece.lstrip()[:1] != b"{":
            return
        found = {int(number) for number in _NUMBER.findall(piece[:_NEAR] + b" " + piece[-_NEAR:])}
        numbers = found & self._waiting.keys() or (set(self._waiting) if answer else set())
        for waiting in [self._waiting[number].answer for number in numbers]:
            if not waiting.done():
                waiting.set_exception(Unreadable(why))

    def fail(self) -> None:
        """The child is gone: nothing will be answered any more."""
        self.over.set()
        for waiting in self._waiting.values():
            if not waiting.answer.done():
                waiting.answer.set_exception(LinkGone())

    def _take_progress(self, message: Message) -> bool:
        fields = fields_of(message.params) or {}
        token = number_of(fields.get("progressToken"))
        waiting = None if token is None else self._waiting.get(token)
        if waiting is None:
            return False
        if waiting.on_progress:
            waiting.on_progress(as_object(fields))
        return True

    def _take_news(self, message: Message) -> bool:
        """Whether a notification belongs to a subscription of ours."""
        if not isinstance(message.params, Raw) or _SUBSCRIPTION not in bytes(message.params):
            return False
        meta = fields_of((fields_of(message.params) or {}).get("_meta", NO_FIELDS)) or {}
        number = number_of(meta.get(SUBSCRIPTION_KEY))
        waiting = None if number is None else self._waiting.get(number)
        return waiting is not None and waiting.on_told is not None and waiting.on_told(message)

    async def notify(self, method: str, params: Raw) -> None:
        """See Link."""
        await self.send(notification(method, params))

    async def send(self, line: bytes) -> None:
        """Send a line when there is room for it. Raises LinkGone."""
        if self.over.is_set():
            raise LinkGone(sent=False)
        try:
            self._stdin.write(line)
            # A child that does not read holds up its own callers only, and does not fill our memory.
            await self._stdin.drain()
        except (OSError, RuntimeError) as error:
            # The second is what uvloop says of a pipe that closed.
            self.fail()
            raise LinkGone from error

    def _give_up(self, number: int) -> None:
        # Without waiting for room: whoever gives up does not wait any more.
        with contextlib.suppress(OSError, RuntimeError):
            self._stdin.write(notification("notifications/cancelled", raw({"requestId": number})))
