"""The fast path of standard input and output: lists and calls of known tools, without FastMCP."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from msgspec import UNSET

from hub_launch.hub.desk import Answer, Desk, Target, call
from hub_launch.hub.regular import METHODS, Request, is_modern
from hub_launch.hub.replies import Progress, encoded, told
from hub_launch.run.messages import NO_FIELDS, Message, RequestId, fields_of, raw, response, text_of

_log = logging.getLogger(__name__)

# The one client of a pipe is its own session.
_SESSION = b"pipe"


class FastPipe:
    """Takes what it can answer out of what a client sends."""

    def __init__(self, desk: Desk, write: Callable[[bytes], Awaitable[None]]) -> None:
        """`write` sends a line to the client, when there is room for it."""
        self._desk = desk
        self._write = write
        self._initialized = False
        self._calls: dict[RequestId, asyncio.Task[Answer]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, message: Message) -> bool:
        """Whether `message` is dealt with here; if so, its answer is on the way."""
        if message.method == "notifications/initialized":
            self._initialized = True
        if message.method == "notifications/cancelled":
            return self._cancel(message)
        request = self._regular(message)
        if request is None:
            return False
        if request.method == "tools/list":
            tools = self._desk.tools(modern=request.modern) if "cursor" not in request.params else None
            if tools is not None:
                self._start(self._write(response(request.id, tools) + b"\n"))
            return tools is not None
        target = self._desk.target(text_of(request.params.get("name")) or "")
        if target:
            self._start(self._call(target, request))
        return target is not None

    async def close(self) -> None:
        """Give up what is not answered yet."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _regular(self, message: Message) -> Request | None:
        if message.method is UNSET or message.method not in METHODS or not isinstance(message.id, int | str):
            return None
        params = fields_of(message.params)
        if params is None:
            return None
        if is_modern(params):
            return Request(message.id, message.method, params, None)
        return Request(message.id, message.method, params, _SESSION) if self._initialized else None

    async def _call(self, target: Target, request: Request) -> None:
        meta = fields_of(request.params.get("_meta", NO_FIELDS)) or {}
        progress = Progress(meta["progressToken"]) if "progressToken" in meta else None
        on_progress = progress.tell if progress else None
        task = asyncio.create_task(call(target, request.params, modern=request.modern, on_progress=on_progress))
        self._calls[request.id] = task
        try:
            if progress:
                async for line in told(progress, task):
                    await self._write(line)
            await asyncio.wait({task})
            # A cancelled request is not answered.
            if not task.cancelled():
                await self._write(encoded(request.id, task.result()) + b"\n")
        finally:
            task.cancel()
            if self._calls.get(request.id) is task:
                del self._calls[request.id]

    def _cancel(self, message: Message) -> bool:
        wanted = bytes((fields_of(message.params) or {}).get("requestId", b""))
        for number, task in self._calls.items():
            if bytes(raw(number)) == wanted:
                task.cancel()
                return True
        return False

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            _log.error("a call on standard input broke", exc_info=task.exception())
