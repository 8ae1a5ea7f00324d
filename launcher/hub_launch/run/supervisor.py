"""Starts all servers at once, and knows the state of each. What one does never stops another."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Launch
from hub_launch.run.backend import START_SECONDS, Backend, Offer
from hub_launch.run.process import Child
from hub_launch.run.reasons import explain, explain_exit, is_passing
from hub_launch.run.restart import MOST_FAILURES, WINDOW_SECONDS, Failures
from hub_launch.run.state import SERVING, SETTLED, State, Status
from hub_launch.run.stdio import ChildEvents

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

    def __init__(self, status: Status, launch: Launch | None, log: Path, on_change: OnChange, means: Means) -> None:
        self.status = status
        self.offer = Offer()
        self.log = log
        self._launch = launch
        self._means = means
        self._failures = means.failures()
        self._settled = asyncio.Event()
        self._on_change = on_change
        self._connecting = False
        self._restarting: asyncio.Task[None] | None = None
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
        self._set(replace(self.status, state=State.STARTING))
        await self._connect(self.backend)

    async def settled(self, seconds: float) -> None:
        """Wait until the start is over, well or badly, but no longer than that."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), seconds)

    async def close(self) -> None:
        """End it and wait until nothing of it is left."""
        if self._restarting:
            self._restarting.cancel()
            await asyncio.wait([self._restarting])
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
                self.offer = await backend.connect()
        except Exception as error:
            await self._could_not_connect(backend, error)
        else:
            seconds, tools = self._means.clock() - began, len(self.offer.tools)
            self._set(replace(self.status, state=State.READY, reason="", hint="", tools=tools, seconds=seconds))
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
        pending = [Status(one.id, one.title, one.kind, State.PENDING) for one in launches]
        plans: list[tuple[Status, Launch | None]] = [
            *zip(pending, launches, strict=True),
            *((status, None) for status in unplanned),
        ]
        self.servers: Mapping[str, Server] = {
            status.id: Server(status, launch, log_dir / f"{status.id}.log", self._changed, means)
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
