"""The fast path of standard input and output: what is regular is answered without FastMCP."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec import UNSET

from hub_launch.hub.answers import answer_of, needs_no_server
from hub_launch.hub.asking import Client
from hub_launch.hub.caller import Caller
from hub_launch.hub.calls import relay
from hub_launch.hub.desk import LISTS, Desk
from hub_launch.hub.listening import Wanted, session_news, subscription_news, wanted_of
from hub_launch.hub.methods import METHODS
from hub_launch.hub.news import News
from hub_launch.hub.regular import Request, is_modern
from hub_launch.hub.replies import encoded
from hub_launch.hub.telling import Telling
from hub_launch.hub.whom import Whom
from hub_launch.run.messages import Message, RequestId, fields_of, raw, response, text_of

_log = logging.getLogger(__name__)

# The one client of a pipe is its own session.
_SESSION = b"pipe"
_PLACE = "pipe", None


class FastPipe:
    """Takes what it can answer out of what a client sends."""

    def __init__(self, desk: Desk, news: News, whom: Whom, write: Callable[[bytes], Coroutine[Any, Any, None]]) -> None:
        """`write` sends a line to the client, when there is room for it."""
        self._desk = desk
        self._news = news
        self._whom = whom
        self._client: Client | None = None
        self._telling = Telling(write)
        self._open = contextlib.ExitStack()
        self._write = write
        self._calls: dict[RequestId, asyncio.Task[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.hello: Message | None = None
        """The client's `initialize`, if it sent one."""

    def take(self, message: Message) -> bool:
        """Whether `message` is dealt with here; if so, its answer is on the way."""
        if message.method is UNSET:
            # FastMCP asks nobody anything, so that an answer is one to a question of these, or comes too late.
            return self._client is not None and (self._client.take(message) or True)
        if message.id is UNSET:
            return self._notified(message)
        if message.method == "initialize" and self.hello is None:
            return self._initialized(message)
        request = self._regular(message)
        if request is None:
            return False
        if needs_no_server(request):
            self._start(self._told(request))
            return True
        if request.method == "subscriptions/listen" and request.modern:
            return self._listened(request)
        return self._relayed(request)

    async def close(self) -> None:
        """Give up what is not answered yet."""
        if self._client:
            self._news.end(self._client)
        self._open.close()
        self._telling.stop()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _notified(self, message: Message) -> bool:
        if message.method == "notifications/cancelled":
            return self._cancel(message)
        if message.method == "notifications/initialized" and self.hello is not None:
            self._start(self._tell_news())
            return True
        if self._client and isinstance(message.method, str):
            self._whom.tell(self._client, message.method, message.params)
        return False

    def _initialized(self, message: Message) -> bool:
        params = fields_of(message.params)
        version = text_of(params.get("protocolVersion")) if params else None
        if params is None or version is None or not isinstance(message.id, int | str):
            return False
        self.hello = message
        self._client = Client(params, prefixed=self._desk.prefixed)
        self._open.enter_context(self._client.through(self._telling.tell))
        self._start(self._write(response(message.id, self._desk.welcome(version)) + b"\n"))
        return True

    def _regular(self, message: Message) -> Request | None:
        if not isinstance(message.method, str) or not isinstance(message.id, int | str):
            return None
        params = fields_of(message.params)
        if params is None:
            return None
        if is_modern(params):
            return Request(message.id, message.method, params, None)
        known = self.hello is not None and message.method != "initialize"
        return Request(message.id, message.method, params, _SESSION) if known else None

    def _relayed(self, request: Request) -> bool:
        rule = METHODS.get(request.method)
        if rule and rule.named(request.params) is None:
            return False
        self._calls[request.id] = self._start(self._relay(request))
        return True

    def _listened(self, request: Request) -> bool:
        wanted = wanted_of(request.params)
        if wanted is not None:
            self._calls[request.id] = self._start(self._tell_subscription(request.id, wanted))
        return wanted is not None

    async def _told(self, request: Request) -> None:
        desk = self._desk
        if self._client and not request.modern and request.method in LISTS:
            desk = await self._whom.desk(desk, self._client)
        await self._write(await answer_of(desk, request) + b"\n")

    async def _tell_news(self) -> None:
        with self._news.listening(self._desk) as listener:
            async for line in session_news(listener):
                await self._write(line)

    async def _tell_subscription(self, number: RequestId, wanted: Wanted) -> None:
        try:
            with self._news.listening(self._desk) as listener:
                subscriptions = self._news.subscriptions
                async for line in subscription_news(self._desk, listener, subscriptions, number, wanted):
                    await self._write(line)
        finally:
            self._calls.pop(number, None)

    async def _relay(self, request: Request) -> None:
        telling = Telling(self._write)
        client = None if request.modern else self._client
        caller = Caller(request.modern, telling.tell, client, self._whom, _PLACE, self._news, request.id)
        try:
            answer = await relay(self._desk, request.method, request.params, caller)
            await telling.all_told()
            await self._write(encoded(request.id, answer) + b"\n")
        finally:
            # A cancelled request is not answered.
            telling.stop()
            if self._calls.get(request.id) is asyncio.current_task():
                del self._calls[request.id]

    def _cancel(self, message: Message) -> bool:
        wanted = bytes((fields_of(message.params) or {}).get("requestId", b""))
        for number, task in self._calls.items():
            if bytes(raw(number)) == wanted:
                task.cancel()
                return True
        return False

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            _log.error("a call on standard input broke", exc_info=task.exception())
