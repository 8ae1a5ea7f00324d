"""Asking a client of the older protocol what a server wants to know: each answer goes back to whoever asked."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Protocol

from msgspec import UNSET, Raw

from hub_launch.run.asking import refused
from hub_launch.run.background import Background
from hub_launch.run.eras import HUB, LEGACY_VERSIONS, carried
from hub_launch.run.handshake import Hello
from hub_launch.run.link import INTERNAL_ERROR, Question, Reply
from hub_launch.run.messages import (
    NO_FIELDS,
    Fields,
    Message,
    fields_of,
    notification,
    raw,
    request,
    text_of,
)

# A person reads a form, fetches what it asks for, and fills it in.
ANSWER_SECONDS = 600
# A client that has no stream open is about to open one, or never does.
STREAM_SECONDS = 10
# Questions to one client that wait for its answers: more than a person can see at once.
MAX_QUESTIONS = 32

CAPABILITIES = {"sampling/createMessage": "sampling", "elicitation/create": "elicitation", "roots/list": "roots"}
"""What a server may ask of a client, by the method; the capability with which a client says that it may."""

Tell = Callable[[bytes], None]
"""Sends a line to the client. Does not wait."""


class NoWay(Exception):
    """The client has no stream open on which it could be spoken to."""


def lacking(capabilities: Fields, question: Question) -> str:
    """What a client with these capabilities does not have and the question needs; empty if it may be asked."""
    name = CAPABILITIES.get(question.method)
    if name is None:
        return question.method
    declared = fields_of(capabilities[name]) if name in capabilities else None
    if declared is None:
        return name
    if name == "elicitation" and _mode(question) == "url" and "url" not in declared:
        return "elicitation of mode url"
    if name == "elicitation" and _mode(question) == "form" and declared and "form" not in declared:
        return "elicitation of mode form"
    return ""


def _mode(question: Question) -> str:
    return text_of((fields_of(question.params) or {}).get("mode")) or "form"


class Party(Protocol):
    """Whoever answers what one server asks: a Client, or a held call."""

    hello: Hello
    """With which the server is greeted."""
    prefixed: bool
    """Whether it knows what servers have by the hub's names."""
    level: str | None
    """How severe the log messages are at least that it wants to hear; None if it never said."""

    @property
    def hears_logs(self) -> bool:
        """Whether it wants log messages, or never said that it does not."""
        ...

    @property
    def listens(self) -> bool:
        """Whether it can be told something now."""
        ...

    async def answer(self, question: Question) -> Reply:
        """Its answer, or why there is none."""
        ...

    def tell(self, line: bytes) -> None:
        """Tell it something that the server says; lost where it does not listen. Must not wait."""
        ...


class Client:
    """One client's session, as servers may ask it."""

    hears_logs = True

    def __init__(self, hello: Fields, *, prefixed: bool = False) -> None:
        """hello: the parameters of its `initialize`."""
        self.prefixed = prefixed
        version = text_of(hello.get("protocolVersion"))
        # Copied: they would keep the message they stand in.
        self.capabilities = carried(hello.get("capabilities", NO_FIELDS)).copy()
        self.declared = fields_of(self.capabilities) or {}
        self.hello = Hello(
            version if version in LEGACY_VERSIONS else LEGACY_VERSIONS[-1],
            self.capabilities,
            hello["clientInfo"].copy() if "clientInfo" in hello else raw(HUB),
        )
        self.level: str | None = None
        """How severe the log messages are at least that it wants to hear; None if it never said."""
        self._numbers = itertools.count(1)
        self._open: dict[int, asyncio.Future[Message]] = {}
        self._ways: list[Tell] = []
        self._way = asyncio.Event()
        self._background = Background()

    @property
    def may_be_asked(self) -> bool:
        """Whether it declared anything that a server may ask for."""
        return not self.declared.keys().isdisjoint(CAPABILITIES.values())

    async def answer(self, question: Question) -> Reply:
        """What the client answers, or why it is not asked."""
        if missing := lacking(self.declared, question):
            return refused(f"the client does not have {missing}")
        if len(self._open) >= MAX_QUESTIONS:
            return refused(f"the client has {MAX_QUESTIONS} questions to answer already", INTERNAL_ERROR)
        number = next(self._numbers)
        answer = self._open[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.say(request(number, question.method, question.params))
                return _reply(await answer)
        except NoWay:
            return refused(f"the client has no stream open for {question.method}", INTERNAL_ERROR)
        except TimeoutError:
            self._take_back(number)
            return refused(f"the client did not answer within {ANSWER_SECONDS} s", INTERNAL_ERROR)
        except asyncio.CancelledError:
            self._take_back(number)
            raise
        finally:
            del self._open[number]

    def take(self, message: Message) -> bool:
        """Whether the client's `message` answers a question of these; if so, whoever asked has it now."""
        answer = self._open.get(message.id) if isinstance(message.id, int) else None
        if answer is None or answer.done():
            return False
        answer.set_result(message)
        return True

    @contextlib.contextmanager
    def through(self, tell: Tell) -> Iterator[None]:
        """While this lasts, the client can be told something with `tell`; of several the one opened last is used."""
        self._ways.append(tell)
        self._way.set()
        try:
            yield
        finally:
            self._ways.remove(tell)
            if not self._ways:
                self._way.clear()

    @property
    def listens(self) -> bool:
        """Whether there is a way to it now."""
        return bool(self._ways)

    async def say(self, line: bytes) -> None:
        """Send the client a line, when there is a way to it. Raises NoWay if none opens soon."""
        try:
            async with asyncio.timeout(STREAM_SECONDS):
                while not self._ways:
                    await self._way.wait()
        except TimeoutError as late:
            raise NoWay from late
        self._ways[-1](line)

    def tell(self, line: bytes) -> None:
        """Like `say`, for what nobody waits for."""
        self._background.start(self._told(line))

    async def close(self) -> None:
        """Its session is over: nothing will be answered any more."""
        for answer in self._open.values():
            if not answer.done():
                answer.set_result(Message("2.0", error=refused("the client is gone", INTERNAL_ERROR).error or UNSET))
        await self._background.close()

    async def _told(self, line: bytes) -> None:
        with contextlib.suppress(NoWay):
            await self.say(line)

    def _take_back(self, number: int) -> None:
        self.tell(notification("notifications/cancelled", raw({"requestId": number})))


def _reply(message: Message) -> Reply:
    if isinstance(message.error, Raw):
        return Reply(error=message.error.copy())
    if isinstance(message.result, Raw) and fields_of(message.result) is not None:
        return Reply(message.result.copy())
    return refused("the client's answer is no object", INTERNAL_ERROR)
