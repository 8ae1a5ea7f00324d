"""Starts all servers, a few at a time, and knows the state of each. What one does never stops another."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Launch, StdioLaunch
from hub_launch.run.backend import START_SECONDS, Backend, Offer
from hub_launch.run.idle import Use
from hub_launch.run.process import Child
from hub_launch.run.queue import StartQueue
from hub_launch.run.reasons import explain, explain_exit, is_passing
from hub_launch.run.restart import MOST_FAILURES, WINDOW_SECONDS, Failures
from hub_launch.run.state import SERVING, SETTLED, State, Status
from hub_launch.run.stdio import ChildEvents

OnChange = Callable[[Status], None]

Prepare = Callable[[Launch, Callable[[str], None]], Awaitable[Launch]]
"""What is to be started in the place of a planned launch, which may have to be installed first.

Its second argument hears what is waited for. Raises HubError; it is asked before every start, and must be quick when
there is nothing to do.
"""

# A guard for whoever waits for all: installing and starting have bounds of their own, which these exceed together.
SETTLE_SECONDS = 600

RESTING = "not running; the next call starts it"


async def as_planned(launch: Launch, tell: Callable[[str], None]) -> Launch:
    """Prepare nothing; see Prepare."""
    return launch


@dataclass(frozen=True, slots=True)
class Means:
    """What supervision acts with; tests replay histories with others."""

    connect: Callable[[Launch, Path, ChildEvents, str | None], Backend] = Backend
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    failures: Callable[[], Failures] = Failures
    prepare: Prepare = as_planned
    queue: Callable[[], StartQueue] = StartQueue


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
        queue: StartQueue,
    ) -> None:
        self.status = status
        self.offer = Offer()
        self.log = log
        self._planned = self._launch = launch
        self._means = means
        self._queue = queue
        self._failures = means.failures()
        self._settled = asyncio.Event()
        self._on_change = on_change
        self._connecting = False
        self._restarting: asyncio.Task[None] | None = None
        self._use = Use(means.clock, means.sleep)
        self._watching: asyncio.Task[None] | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self.resting = False
        """It serves, but its process was ended, or never started: the next call starts it."""
        self.backend = means.connect(launch, log, self, None) if launch else None
        """None for a server that could not be planned: its status says why."""

    @property
    def serving(self) -> bool:
        """Whether calls are passed on to it."""
        return self.status.state in SERVING

    async def start(self) -> None:
        """Connect and learn what is offered; the outcome is in the status. What fails is tried again later."""
        if self.backend is None:
            # Told like any other failure, or nobody would hear of it.
            self._set(self.status)
            return
        if self.lazy and self.offer != Offer():
            self._rest()
            await self._prepare_resting()
        else:
            await self._connect()

    @property
    def lazy(self) -> bool:
        """Whether it is started by calls alone, once it is known what it offers."""
        return isinstance(self._launch, StdioLaunch) and self._launch.start == "lazy"

    async def settled(self, seconds: float) -> None:
        """Wait until the start is over, well or badly, but no longer than that. Its turn to start comes first now."""
        if not self._settled.is_set():
            self._queue.hurry(self.status.id)
        await self.start_is_over(seconds)

    async def start_is_over(self, seconds: float) -> None:
        """Like `settled`, by somebody who waits for others as much."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), seconds)

    def in_use(self) -> contextlib.AbstractContextManager[None]:
        """While this lasts, it is not stopped for being idle. To be entered before `backend` is looked at."""
        return self._use.one()

    async def close(self) -> None:
        """End it and wait until nothing of it is left."""
        for task in filter(None, (self._restarting, self._watching)):
            task.cancel()
            await asyncio.wait([task])
        if self.backend:
            await self.backend.close()
        await asyncio.gather(*self._endings)
        if self.status.state in SERVING:
            self._set(replace(self.status, state=State.STOPPED))

    def may_start(self) -> None:
        """See ChildEvents. After its first end a server is started by the next call, later on in its own time."""
        now = self._means.clock()
        if not self._connecting and self._failures.repeated(now) and self._failures.wait(now) != 0:
            raise HubError(self.status.sentence())

    def child_connected(self) -> None:
        """See ChildEvents."""
        if self.status.state is State.DEGRADED or self.resting:
            self.resting = False
            self._set(replace(self.status, state=State.READY, reason="", hint=""))
            self._watch()

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

    async def _connect(self) -> None:
        only_asked = self.lazy and self.offer == Offer()
        self._connecting = True
        try:
            backend = await self._prepared()
            if self._queue.full and self.status.state is State.PENDING:
                self._set(self.status)
            async with self._queue.turn(self.status.id):
                self._tell("")
                began = self._means.clock()
                async with asyncio.timeout(START_SECONDS):
                    self.offer = await backend.connect()
                seconds, tools = self._means.clock() - began, len(self.offer.tools)
        except Exception as error:
            if self.backend:
                await self._could_not_connect(self.backend, error)
        else:
            ready = replace(self.status, state=State.READY, reason="", hint="", tools=tools, seconds=seconds)
            if only_asked:
                self.status = ready
                self._rest()
            else:
                self._set(ready)
                self._watch()
        finally:
            self._connecting = False

    async def _prepared(self) -> Backend:
        """The backend of what is to be started now: a package may have been installed since, or removed."""
        if self._planned is None or self.backend is None:
            raise HubError(self.status.sentence())
        launch = await self._means.prepare(self._planned, self._tell)
        return self.backend if launch == self._launch else self._renew(self.backend, launch)

    async def _prepare_resting(self) -> None:
        """Have the package there when the first call comes. If that fails, the call finds out why."""
        if self._planned is None or self.backend is None:
            return
        with contextlib.suppress(HubError):
            launch = await self._means.prepare(self._planned, lambda reason: None)
            if self.resting and launch != self._launch:
                self._renew(self.backend, launch)

    def _renew(self, old: Backend, launch: Launch) -> Backend:
        """A backend without a process in the place of the old one, which is ended and stays closed."""
        self._launch = launch
        self.backend = self._means.connect(launch, self.log, self, old.era)
        # Another object, since what was made of it was made with the old backend.
        self.offer = replace(self.offer)
        ending = asyncio.create_task(old.close())
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        return self.backend

    def _tell(self, reason: str) -> None:
        """What the start waits for now. A server that failed is not called starting for each further try."""
        status = replace(self.status, state=State.STARTING, reason=reason, hint="")
        first = not self._settled.is_set()
        if status != self.status and (first or reason or self.status.state is State.STARTING):
            self._set(status)

    def _rest(self) -> None:
        """End its process and go on serving."""
        if self.backend and self._launch:
            self._renew(self.backend, self._launch)
            self.resting = True
            tools = len(self.offer.tools)
            self._set(replace(self.status, state=State.READY, reason=RESTING, tools=tools))

    def _watch(self) -> None:
        seconds = self._launch.idle_seconds if isinstance(self._launch, StdioLaunch) else None
        if seconds is not None and self._watching is None:
            self._watching = asyncio.create_task(self._rest_when_idle(seconds))

    async def _rest_when_idle(self, seconds: float) -> None:
        while True:
            await self._use.idle(seconds)
            if self.status.state is State.READY and not self.resting:
                self._rest()

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
            await self._connect()

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
    ) -> None:
        """Take charge of `launches`; `unplanned` are servers known to have failed already."""
        self._listeners: list[OnChange] = [on_change]
        waits = "others start first"
        pending = [Status(one.id, one.title, one.kind, State.PENDING, waits) for one in launches]
        plans: list[tuple[Status, Launch | None]] = [
            *zip(pending, launches, strict=True),
            *((status, None) for status in unplanned),
        ]
        queue = means.queue()
        self.servers: Mapping[str, Server] = {
            status.id: Server(status, launch, log_dir / f"{status.id}.log", self._changed, means, queue)
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
        # Lazy ones last: they are asked only what they offer.
        servers = sorted(self.servers.values(), key=lambda server: server.lazy)
        self._starts = [asyncio.create_task(server.start()) for server in servers]

    def patience(self, seconds: float) -> float:
        """What is left of that time since the start: one slow server must not slow down every request for ever."""
        return max(0.0, self._began + seconds - self._clock())

    async def settled(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until every start is over, well or badly, but no longer than that."""
        await asyncio.gather(*(server.start_is_over(seconds) for server in self.servers.values()))

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
