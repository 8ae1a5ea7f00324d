"""Starts all servers at once, and knows the state of each. What one does never stops another."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Launch
from hub_launch.run.backend import START_SECONDS, Backend, Offer
from hub_launch.run.process import Child
from hub_launch.run.reasons import explain, explain_exit
from hub_launch.run.state import SERVING, SETTLED, State, Status

OnChange = Callable[[Status], None]


class Server:
    """One supervised server. Its status changes only here."""

    def __init__(self, status: Status, launch: Launch | None, log: Path, on_change: OnChange) -> None:
        self.status = status
        self.offer = Offer()
        self.log = log
        self._settled = asyncio.Event()
        self._on_change = on_change
        self.backend = Backend(launch, log, self) if launch else None
        """None for a server that could not be planned: its status says why."""

    @property
    def serving(self) -> bool:
        """Whether calls are passed on to it."""
        return self.status.state in SERVING

    async def start(self) -> None:
        """Connect and learn what is offered; the outcome is in the status."""
        if self.backend is None:
            # Told like any other failure, or nobody would hear of it.
            self._set(self.status)
            return
        began = time.monotonic()
        self._set(replace(self.status, state=State.STARTING))
        try:
            async with asyncio.timeout(START_SECONDS):
                self.offer = await self.backend.connect()
        except Exception as error:
            reason, hint = explain(error, self.backend, self.log)
            # Told before the clean-up, which may take seconds.
            self._set(replace(self.status, state=State.FAILED, reason=reason, hint=hint))
            await self.backend.close()
        else:
            seconds = time.monotonic() - began
            tools = len(self.offer.tools)
            self._set(replace(self.status, state=State.READY, reason="", hint="", tools=tools, seconds=seconds))

    async def settled(self, seconds: float) -> None:
        """Wait until the start is over, well or badly, but no longer than that."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), seconds)

    async def close(self) -> None:
        """End it and wait until nothing of it is left."""
        if self.backend:
            await self.backend.close()
        if self.status.state in SERVING:
            self._set(replace(self.status, state=State.STOPPED))

    def child_connected(self) -> None:
        """See ChildEvents."""
        if self.status.state is State.DEGRADED:
            self._set(replace(self.status, state=State.READY, reason="", hint=""))

    def child_ended(self, child: Child) -> None:
        """See ChildEvents. Between calls it costs nothing: the next one starts the server again."""
        if self.serving:
            reason = explain_exit(child)
            self._set(replace(self.status, state=State.DEGRADED, reason=reason, hint="the next call starts it again"))

    def _set(self, status: Status) -> None:
        self.status = status
        if status.state in SETTLED:
            self._settled.set()
        self._on_change(status)


class Supervisor:
    """All servers of a hub."""

    def __init__(
        self, launches: Sequence[Launch], unplanned: Sequence[Status], log_dir: Path, on_change: OnChange
    ) -> None:
        """Take charge of `launches`; `unplanned` are servers known to have failed already."""
        self._listeners: list[OnChange] = [on_change]
        pending = [Status(one.id, one.title, one.kind, State.PENDING) for one in launches]
        plans: list[tuple[Status, Launch | None]] = [
            *zip(pending, launches, strict=True),
            *((status, None) for status in unplanned),
        ]
        self.servers: Mapping[str, Server] = {
            status.id: Server(status, launch, log_dir / f"{status.id}.log", self._changed) for status, launch in plans
        }
        self._starts: list[asyncio.Task[None]] = []
        self._began = time.monotonic()

    def subscribe(self, listener: OnChange) -> None:
        """Have every later change told to `listener` too."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Start everything in the background."""
        self._began = time.monotonic()
        self._starts = [asyncio.create_task(server.start()) for server in self.servers.values()]

    def patience(self, seconds: float) -> float:
        """What is left of that time since the start: one slow server must not slow down every request for ever."""
        return max(0.0, self._began + seconds - time.monotonic())

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
