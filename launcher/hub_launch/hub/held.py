"""A client of the newer protocol, and a server of the older that asks it: the call is held while the client answers.

The client is told what is asked in an `InputRequiredResult`, under a state that nobody can guess, and sends its request
again with the answers. The call has a child of its own, which ends with it: a client without sessions has no other.
"""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any, Protocol

from msgspec import Raw

from hub_launch.errors import HubError
from hub_launch.hub.asking import ANSWER_SECONDS, MAX_QUESTIONS, Tell, lacking
from hub_launch.hub.levels import is_level
from hub_launch.hub.own_servers import OwnServers
from hub_launch.run.asking import refused
from hub_launch.run.eras import CLIENT_CAPABILITIES_KEY, CLIENT_INFO_KEY, HUB, LOG_LEVEL_KEY, carried
from hub_launch.run.handshake import Hello
from hub_launch.run.link import INTERNAL_ERROR, OnProgress, Question, Reply
from hub_launch.run.messages import NO_FIELDS, Fields, Message, as_object, fields_of, object_of, raw, text_of

# A server that asks for several things does so within a moment.
TOGETHER_SECONDS = 0.05
_STATE_BYTES = 32
_PREFIX = "hub-"

_OF_A_ROUND = frozenset({"_meta", "inputResponses", "requestState"})


class Asks(Protocol):
    """What a call is made of: a server of the client's own, say."""

    async def request(self, method: str, params: Fields, on_progress: OnProgress | None = None) -> Message:
        """Its response. Raises HubError, TimeoutError, and Unreadable."""
        ...


class UnknownState(HubError):
    """No call is held under the state that came with a request, or it is not that client's."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which request of whose a call is: only the same one goes on with it."""

    endpoint: str
    who: str | None
    """Who proved to ask; None where nobody has to."""
    method: str
    params: Any = field(repr=False)
    prefixed: bool = False
    """Whether all servers are together there."""

    @classmethod
    def of(cls, endpoint: str, who: str | None, method: str, params: Fields, *, prefixed: bool = False) -> "Where":
        """That of a request, whichever of its rounds it is."""
        same = {key: value for key, value in params.items() if key not in _OF_A_ROUND}
        return cls(endpoint, who, method, object_of(as_object(same)), prefixed)


class Held:
    """One call; see asking.Party."""

    def __init__(self, where: Where, params: Fields) -> None:
        meta = fields_of(params.get("_meta", NO_FIELDS)) or {}
        capabilities = carried(meta.get(CLIENT_CAPABILITIES_KEY, NO_FIELDS))
        self.hello = Hello(capabilities=capabilities, info=meta.get(CLIENT_INFO_KEY, raw(HUB)))
        self.where = where
        self.prefixed = where.prefixed
        level = text_of(meta.get(LOG_LEVEL_KEY))
        self.level = level if is_level(level) else None
        self.on_progress: OnProgress | None = None
        self.listener: Tell | None = None
        """Tells the client, while a request of its waits."""
        self._declared = fields_of(capabilities) or {}
        self._names = map(str, itertools.count(1))
        self._open: dict[str, tuple[Question, asyncio.Future[Reply]]] = {}
        self._news = asyncio.Event()
        self._task: asyncio.Task[Message] | None = None

    @property
    def hears_logs(self) -> bool:
        """See Party."""
        return self.level is not None

    @property
    def listens(self) -> bool:
        """See Party. It ends by its own clock."""
        return True

    def tell(self, line: bytes) -> None:
        """See Party."""
        if self.listener:
            self.listener(line)

    async def answer(self, question: Question) -> Reply:
        """See Party. Whoever waits for the call's end is told that there is a question."""
        if missing := lacking(self._declared, question):
            return refused(f"the client does not have {missing}")
        if len(self._open) >= MAX_QUESTIONS:
            return refused(f"the client has {MAX_QUESTIONS} questions to answer already", INTERNAL_ERROR)
        name = next(self._names)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._open[name] = question, answer
        self._news.set()
        try:
            return await answer
        finally:
            del self._open[name]

    def begin(self, asks: Asks, method: str, params: Fields) -> None:
        """Have the server asked."""
        sent = {key: value for key, value in params.items() if key not in _OF_A_ROUND}
        meta = fields_of(params.get("_meta", NO_FIELDS)) or {}
        wants_progress = self._report if "progressToken" in meta else None
        meta.pop("progressToken", None)
        self._task = asyncio.create_task(asks.request(method, {**sent, "_meta": as_object(meta)}, wants_progress))

    def take(self, answers: Fields) -> None:
        """Take the client's answers, by the names under which it was asked."""
        for name, answer in answers.items():
            _, waiting = self._open.get(name, (None, None))
            if waiting and not waiting.done():
                fine = fields_of(answer) is not None
                waiting.set_result(
                    Reply(answer.copy()) if fine else refused("the client's answer is no object", INTERNAL_ERROR)
                )

    async def next(self) -> Message | None:
        """The response, or None when the client is to answer first. Raises what Own.request raises."""
        if self._task is None:
            return None
        while not self._task.done():
            self._news.clear()
            if any(not answer.done() for _, answer in self._open.values()):
                await asyncio.wait({self._task}, timeout=TOGETHER_SECONDS)
                break
            asked = asyncio.create_task(self._news.wait())
            await asyncio.wait({self._task, asked}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
        return self._task.result() if self._task.done() else None

    def questions(self) -> Raw:
        """What the client is to answer, as `inputRequests`."""
        return as_object(
            {name: _input(question) for name, (question, answer) in self._open.items() if not answer.done()}
        )

    def cancel(self) -> None:
        """Give the call up."""
        if self._task:
            self._task.cancel()

    def _report(self, params: Raw) -> None:
        if self.on_progress:
            self.on_progress(params)


def _input(question: Question) -> Raw:
    # What the newer protocol does not have: an id of the form, and of the progress of answering it.
    params = fields_of(question.params) or {}
    kept = {key: value for key, value in params.items() if key not in ("elicitationId", "_meta", "task")}
    return as_object({"method": raw(question.method), "params": as_object(kept)})


class HeldCalls:
    """The calls that wait for their clients' answers. There are no more of them than clients' own servers."""

    def __init__(self, own: OwnServers, seconds: float = ANSWER_SECONDS) -> None:
        self._own = own
        self._seconds = seconds
        self._held: dict[str, tuple[Held, asyncio.TimerHandle]] = {}

    def __len__(self) -> int:
        return len(self._held)

    async def request(
        self,
        begin: Callable[[Held], Asks],
        where: Where,
        params: Fields,
        on_progress: OnProgress | None,
        tell: Tell | None,
    ) -> Message:
        """The response, or what the client is to answer first. Raises HubError, TimeoutError, Unreadable.

        begin: makes what answers a call that begins.
        """
        state = text_of(params.get("requestState"))
        held = self._begin(begin, where, params) if state is None else self._take(state, where, params)
        held.on_progress, held.listener = on_progress, tell
        asks = False
        try:
            message = await held.next()
            asks = message is None
            return message or self._hold(held)
        finally:
            held.on_progress = held.listener = None
            if not asks:
                self._end(held)

    def close(self) -> None:
        """Give up all of them."""
        for held, timer in list(self._held.values()):
            timer.cancel()
            self._end(held)
        self._held.clear()

    def _begin(self, begin: Callable[[Held], Asks], where: Where, params: Fields) -> Held:
        held = Held(where, params)
        held.begin(begin(held), where.method, params)
        return held

    def _take(self, state: str, where: Where, params: Fields) -> Held:
        held, timer = self._held.get(state, (None, None))
        if held is None or timer is None or held.where != where:
            raise UnknownState(
                "this request goes on with a call that the hub does not hold for it: it was answered already, "
                f"is another one, or waited longer than {self._seconds:g} s"
            )
        # Once: a second request with the same state would get the first one's answer.
        del self._held[state]
        timer.cancel()
        held.take(fields_of(params.get("inputResponses", NO_FIELDS)) or {})
        return held

    def _hold(self, held: Held) -> Message:
        state = _PREFIX + token_urlsafe(_STATE_BYTES)
        loop = asyncio.get_running_loop()
        self._held[state] = held, loop.call_later(self._seconds, self._expire, state)
        result = {"resultType": "input_required", "inputRequests": held.questions(), "requestState": state}
        return Message("2.0", result=raw(result))

    def _expire(self, state: str) -> None:
        held, _ = self._held.pop(state)
        self._end(held)

    def _end(self, held: Held) -> None:
        held.cancel()
        self._own.end(held)
