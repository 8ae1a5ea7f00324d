"""The hub's state as a stream of events: all of it first, and then what has changed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub_launch.hub.replies import events
from hub_launch.hub.rest.described import Described
from hub_launch.hub.rest.models import GoneEvent, HubEvent, Runtime, ServerEvent, StatusEvent
from hub_launch.hub.rest.view import View
from hub_launch.run.state import Status
from hub_launch.run.supervisor import Supervisor

# Changes of state are told at once, but those that come together as one; calls are counted once a second.
TOGETHER_SECONDS = 0.1
LOOK_SECONDS = 1.0
# Each looks at all servers every second; a user has a few windows open.
MAX_STREAMS = 50


class Watchers:
    """Whoever waits for the next change of any server's state."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._waiting: set[asyncio.Event] = set()
        supervisor.subscribe(self._changed)

    def _changed(self, _: Status) -> None:
        for one in self._waiting:
            one.set()

    @property
    def full(self) -> bool:
        """Whether no more can be had."""
        return len(self._waiting) >= MAX_STREAMS

    @contextlib.contextmanager
    def watching(self) -> Iterator[asyncio.Event]:
        """An event that is set by each change while this lasts."""
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            yield changed
        finally:
            self._waiting.discard(changed)


class EventStream(Response):
    """Server-sent events, until the client goes away."""

    media_type = "text/event-stream"

    def __init__(self, watchers: Watchers, view: View) -> None:
        super().__init__()
        self._watchers = watchers
        self._view = view

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        with self._watchers.watching() as changed:
            await events(_lines(changed, _Told(self._view)), receive, send)


async def _lines(changed: asyncio.Event, told: "_Told") -> AsyncIterator[bytes]:
    while True:
        for event in told.news():
            yield event.model_dump_json(by_alias=True).encode()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), LOOK_SECONDS)
            await asyncio.sleep(TOGETHER_SECONDS)
        changed.clear()


class _Told:
    """What a client was told, so that it is told of what differs alone."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._before: dict[str, Runtime] | None = None
        self._hub: HubEvent | None = None

    def news(self) -> Iterator[Described]:
        """What is new since this was asked the last time; the first time, everything."""
        rows = {row.id: row for row in self._view.rows()}
        hub = HubEvent(type="hub", hub=self._view.hub(), summary=self._view.summary())
        before, told = self._before, self._hub
        self._before, self._hub = rows, hub
        if before is None:
            yield StatusEvent(type="status", status=self._view.document())
            return
        yield from (GoneEvent(type="gone", id=name) for name in before if name not in rows)
        yield from (ServerEvent(type="server", server=row) for name, row in rows.items() if row != before.get(name))
        if hub != told:
            yield hub
