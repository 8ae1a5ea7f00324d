"""Starts all servers at once, and knows the state of each. What one does never stops another."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Launch
from hub_launch.run.backend import START_SECONDS, Backend
from hub_launch.run.changes import is_list_changed
from hub_launch.run.connection import ChildEvents
from hub_launch.run.known import KNOWN_NOTHING, Known
from hub_launch.run.messages import Message
from hub_launch.run.offer import Offer
from hub_launch.run.process import Child
from hub_launch.run.reasons import explain, explain_exit, is_passing
from hub_launch.run.restart import MOST_FAILURES, WINDOW_SECONDS, Failures
from hub_launch.run.state import SERVING, SETTLED, State, Status

# Changes that follow one another this closely are asked about once.
REFRESH_SECONDS = 0.5

_log = logging.getLogger(__name__)

OnChange = Callable[[Status], None]


@dataclass(frozen=True, slots=True)
class Means:
    """What supervision acts with; tests replay histories with others."""

    connect: Callable[[Launch, Path, ChildEvents, str | None], Backend] = Backend
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    failures: Callable[[], Failures] = Failures


MEANS = Means()


class Server:
    """One supervised server. Its status changes only here."""

    def __init__(
        self,
        status: Status,
        launch: Launch | None,
        log: Path,
        on_change: OnChange,
        means: Means,
        known: Known = KNOWN_NOTHING,
    ) -> None:
        self.status = status
        earlier = known.load(launch) if launch else None
        self.offer = earlier or Offer()
        """What it offers; before its start is over what it offered the last time, if that is known."""
        self.log = log
        self._known = known
        self._expected = earlier is not None
        self._refreshing: asyncio.Task[None] | None = None
        self._launch = launch
        self._means = means
        self._failures = means.failures()
        self._settled = asyncio.Event()
        self._began: float | None = None
        self._on_change = on_change
        self._connecting = False
        self._restarting: asyncio.Task[None] | None = None
        self.backend = means.connect(launch, log, self, None) if launch else None
        """None for a server that could not be planned: its status says why."""

    @property
    def serving(self) -> bool:
        """Whether calls are passed on to it."""
        return self.status.state in SERVING

    @property
    def listed(self) -> bool:
        """Whether clients are shown what it offers: it serves, or is expected to in a moment."""
        return self.serving or (self._expected and self.status.state not in SETTLED)

    @property
    def told(self) -> bool:
        """Whether it is known what it offers, or that it offers nothing."""
        return self.listed or self.status.state in SETTLED

    async def start(self) -> None:
        """Connect and learn what is offered; the outcome is in the status. What fails is tried again later."""
        if self.backend is None:
            # Told like any other failure, or nobody would hear of it.
            self._set(self.status)
            return
        self._began = self._means.clock()
        self._set(replace(self.status, state=State.STARTING))
        await self._connect(self.backend)

    async def settled(self, seconds: float) -> None:
        """Wait until the start is over, well or badly, but no longer than that."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), seconds)

    def patience(self, seconds: float) -> float:
        """What is left of that time since its start: one slow server must not slow down every request for ever."""
        began = self._means.clock() if self._began is None else self._began
        return max(0.0, began + seconds - self._means.clock())

    async def wanted(self, seconds: float) -> None:
        """Wait, for a call, until the start is over, but not longer than that."""
        await self.settled(self.patience(seconds))

    async def close(self) -> None:
        """End it and wait until nothing of it is left."""
        for task in filter(None, (self._restarting, self._refreshing)):
            task.cancel()
            await asyncio.wait([task])
        if self.backend:
            await self.backend.close()
        if self.status.state in SERVING:
            self._set(replace(self.status, state=State.STOPPED))

    def may_start(self) -> None:
        """See ChildEvents. After its first end a server is started by the next call, later on in its own time."""
        now = self._means.clock()
        if not self._connecting and self._failures.repeated(now) and self._failures.wait(now) != 0:
            raise HubError(self.status.sentence())

    def child_connected(self) -> None:
        """See ChildEvents."""
        if self.status.state is State.DEGRADED:
            self._set(replace(self.status, state=State.READY, reason="", hint=""))
        if not self._connecting:
            # Another child may be of another mind.
            self._refresh_soon()

    def heard(self, message: Message) -> None:
        """See ChildEvents."""
        if is_list_changed(message) and not self._connecting:
            self._refresh_soon()

    def child_ended(self, child: Child) -> None:
        """See ChildEvents."""
        if self._connecting or not self.serving:
            return
        wait = self._count_failure()
        reason = explain_exit(child)
        if wait is None:
            self._set(replace(self.status, state=State.FAILED, reason=reason, hint=self._given_up()))
            return
        repeated = self._failures.repeated(self._means.clock())
        hint = "it is started again by itself" if repeated else "the next call starts it again"
        self._set(replace(self.status, state=State.DEGRADED, reason=reason, hint=hint))
        self._restart(wait)

    async def _connect(self, backend: Backend) -> None:
        began = self._means.clock()
        self._connecting = True
        try:
            async with asyncio.timeout(START_SECONDS):
                offer = await backend.connect()
        except Exception as error:
            await self._could_not_connect(backend, error)
        else:
            status = replace(self.status, state=State.READY, reason="", hint="", seconds=self._means.clock() - began)
            self._take(offer, status)
        finally:
            self._connecting = False

    async def _could_not_connect(self, backend: Backend, error: Exception) -> None:
        reason, hint = explain(error, backend, self.log)
        # What cannot even be started will not be there a second later either.
        wait = self._count_failure() if is_passing(error) else None
        if wait is not None:
            hint = f"{hint}; it is tried again"
        elif is_passing(error):
            hint = self._given_up()
        # Told before the clean-up, which may take seconds.
        self._set(replace(self.status, state=State.FAILED, reason=reason, hint=hint))
        await backend.close()
        if wait is not None and self._launch:
            # A closed one stays closed; what it learnt of the server's protocol is kept.
            self.backend = self._means.connect(self._launch, self.log, self, backend.era)
            self._restart(wait)

    def _count_failure(self) -> float | None:
        now = self._means.clock()
        self._failures.add(now)
        return self._failures.wait(now)

    def _given_up(self) -> str:
        minutes = int(WINDOW_SECONDS // 60)
        return f"it failed {MOST_FAILURES} times within {minutes} minutes and is left alone; see {self.log}"

    def _restart(self, seconds: float) -> None:
        self._restarting = asyncio.create_task(self._restart_after(seconds))

    async def _restart_after(self, seconds: float) -> None:
        await self._means.sleep(seconds)
        # A call may have brought it back in the meantime.
        if self.backend and self.status.state is not State.READY:
            await self._connect(self.backend)

    def _refresh_soon(self) -> None:
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        """Ask again what it offers. What cannot be answered now is left as it was."""
        await self._means.sleep(REFRESH_SECONDS)
        if self.backend is None or self.backend.link is None or not self.serving:
            return
        try:
            async with asyncio.timeout(START_SECONDS):
                offer = await self.backend.connect()
        except Exception as error:
            _log.warning("%s could not be asked again what it offers: %s", self.status.id, error)
        else:
            self._take(offer, self.status)

    def _take(self, offer: Offer, status: Status) -> None:
        if offer != self.offer:
            self.offer = offer
            if self._launch:
                self._known.save(self._launch, offer)
        self._set(replace(status, tools=len(offer.tools), note="; ".join(offer.left_out)))

    def _set(self, status: Status) -> None:
        self.status = status
        if status.state in SETTLED:
            self._settled.set()
        self._on_change(status)


class Supervisor:
    """All servers of a hub."""

    def __init__(
        self,
        launches: Sequence[Launch],
        unplanned: Sequence[Status],
        log_dir: Path,
        on_change: OnChange,
        means: Means = MEANS,
        known: Known = KNOWN_NOTHING,
    ) -> None:
        """Take charge of `launches`; `unplanned` are servers known to have failed already.

        known: what servers offered the last time.
        """
        self._listeners: list[OnChange] = [on_change]
        pending = [Status(one.id, one.title, one.kind, State.PENDING) for one in launches]
        plans: list[tuple[Status, Launch | None]] = [
            *zip(pending, launches, strict=True),
            *((status, None) for status in unplanned),
        ]
        self.servers: Mapping[str, Server] = {
            status.id: Server(status, launch, log_dir / f"{status.id}.log", self._changed, means, known)
            for status, launch in plans
        }
        self._starts: list[asyncio.Task[None]] = []
        self._clock = means.clock
        self._began = self._clock()

    def subscribe(self, listener: OnChange) -> None:
        """Have every later change told to `listener` too."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Start everything in the background."""
        self._began = self._clock()
        self._starts = [asyncio.create_task(server.start()) for server in self.servers.values()]

    def patience(self, seconds: float) -> float:
        """What is left of that time since the start: one slow server must not slow down every request for ever."""
        return max(0.0, self._began + seconds - self._clock())

    async def settled(self, seconds: float = START_SECONDS) -> None:
        """Wait until every start is over, well or badly, but no longer than that."""
        await asyncio.gather(*(server.settled(seconds) for server in self.servers.values()))

    async def close(self) -> None:
        """End all servers at the same time."""
        for task in self._starts:
            task.cancel()
        if self._starts:
            await asyncio.wait(self._starts)
        await asyncio.gather(*(server.close() for server in self.servers.values()))

    def statuses(self) -> list[Status]:
        """What is known of each, in the order asked for."""
        return [server.status for server in self.servers.values()]

    def _changed(self, status: Status) -> None:
        for listener in self._listeners:
            listener(status)


def failed(server: str, title: str, kind: str, error: HubError) -> Status:
    """The status of a server that could not even be planned."""
    return Status(server, title, kind, State.FAILED, error.message, error.hint)
