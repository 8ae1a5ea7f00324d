"""The hub's state as a stream of events: all of it first, and then what has changed."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub_launch.hub.replies import events
from hub_launch.hub.rest.described import Described
from hub_launch.hub.rest.models import GoneEvent, HubEvent, ServerEvent, StatusEvent
from hub_launch.hub.rest.view import View
from hub_launch.run.state import Status
from hub_launch.run.supervisor import Supervisor

# Changes of state are told at once, but those that come together as one; calls are counted once a second.
TOGETHER_SECONDS = 0.1
LOOK_SECONDS = 1.0
# A user has a few windows open.
MAX_STREAMS = 50
# Of addresses by which those windows name the hub: this machine has two or three names.
_MAX_BASES = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to be told at one time, ready to be sent."""

    at: float
    servers: Mapping[str, bytes]
    """Id -> the event that tells of it."""
    hub: bytes


class Watchers:
    """Whoever waits for the next change of any server's state, and what they then see."""

    def __init__(self, supervisor: Supervisor, clock: Callable[[], float] = time.monotonic) -> None:
        self._waiting: set[asyncio.Event] = set()
        self._pictures: dict[str, Picture] = {}
        self._clock = clock
        supervisor.subscribe(self._changed)

    def _changed(self, _: Status) -> None:
        self._pictures.clear()
        for one in self._waiting:
            one.set()

    def picture(self, view: View) -> Picture:
        """How things are, as of the latest change of a state, and at most a second ago.

        One for all who watch: made for each of them, it would keep the hub from everything else.
        """
        now = self._clock()
        known = self._pictures.get(view.base)
        if known is None or now - known.at >= LOOK_SECONDS:
            if len(self._pictures) >= _MAX_BASES:
                self._pictures.clear()
            known = self._pictures[view.base] = _picture(view, now)
        return known

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
            await events(_lines(changed, _Told(self._watchers, self._view)), receive, send)


async def _lines(changed: asyncio.Event, told: "_Told") -> AsyncIterator[bytes]:
    while True:
        for event in told.news():
            yield event
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), LOOK_SECONDS)
            await asyncio.sleep(TOGETHER_SECONDS)
        changed.clear()


class _Told:
    """What a client was told, so that it is told of what differs alone."""

    def __init__(self, watchers: Watchers, view: View) -> None:
        self._watchers = watchers
        self._view = view
        self._before: Picture | None = None

    def news(self) -> Iterator[bytes]:
        """What is new since this was asked the last time; the first time, everything."""
        now, before = self._watchers.picture(self._view), self._before
        self._before = now
        if before is None:
            yield _bytes(StatusEvent(type="status", status=self._view.document()))
            return
        yield from (_bytes(GoneEvent(type="gone", id=name)) for name in before.servers if name not in now.servers)
        yield from (event for name, event in now.servers.items() if event != before.servers.get(name))
        if now.hub != before.hub:
            yield now.hub


def _picture(view: View, now: float) -> Picture:
    servers = {row.id: _bytes(ServerEvent(type="server", server=row)) for row in view.rows()}
    return Picture(now, servers, _bytes(HubEvent(type="hub", hub=view.hub(), summary=view.summary())))


def _bytes(event: Described) -> bytes:
    return event.model_dump_json(by_alias=True).encode()
