"""One server: started, watched, started again, and ended; what it offers and in which state it is."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Launch, StdioLaunch
from hub_launch.run.backend import START_SECONDS, Backend
from hub_launch.run.changes import is_list_changed
from hub_launch.run.connection import ChildEvents
from hub_launch.run.counts import Counts
from hub_launch.run.idle import Use
from hub_launch.run.known import KNOWN_NOTHING, Known
from hub_launch.run.messages import Message
from hub_launch.run.offer import Offer
from hub_launch.run.queue import StartQueue
from hub_launch.run.reasons import explain, explain_exit, is_passing
from hub_launch.run.restart import MOST_FAILURES, WINDOW_SECONDS, Failures
from hub_launch.run.selection import SHOW_ALL, Selection
from hub_launch.run.spawning import Spawned
from hub_launch.run.state import SERVING, SETTLED, State, Status

OnChange = Callable[[Status], None]

Prepare = Callable[[Launch, Callable[[str], None]], Awaitable[Launch]]
"""What is to be started in the place of a planned launch, which may have to be installed first.

Its second argument hears what is waited for. Raises HubError; it is asked before every start, and must be quick when
there is nothing to do.
"""

RESTING = "not running; the next call starts it"

# How long calls that are under way may go on once their server is told to stop: longer than nearly all take, and less
# than a call waits for a server that is being restarted (hub_launch.hub.calls.START_WAIT_SECONDS).
DRAIN_SECONDS = 10

# Changes that follow one another this closely are asked about once.
REFRESH_SECONDS = 0.5

_log = logging.getLogger(__name__)


def _note(offer: Offer, hidden: int) -> str:
    notes = [f"{hidden} {'tool is' if hidden == 1 else 'tools are'} hidden"] if hidden else []
    return "; ".join([*notes, *([f"left out: {'; '.join(offer.left_out)}"] if offer.left_out else [])])


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
    selection: Selection = SHOW_ALL


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
        known: Known = KNOWN_NOTHING,
    ) -> None:
        self.status = status
        self.tags = launch.tags if launch else frozenset[str]()
        earlier = known.load(launch) if launch else None
        self.whole = earlier or Offer()
        """What it offers, with what is hidden; before its start is over what it offered the last time, if known."""
        self.selection = means.selection
        self.offer = self._visible()
        """What clients are shown of it: whoever answers them looks at this alone."""
        self.log = log
        self.counts = Counts()
        self._known = known
        self._planned = self._launch = launch
        self._means = means
        self._queue = queue
        self._failures = means.failures()
        self._settled = asyncio.Event()
        self._closed = asyncio.Event()
        self._began: float | None = None
        self._on_change = on_change
        self._connecting = False
        self._restarting: asyncio.Task[None] | None = None
        self._use = Use(means.clock, means.sleep)
        self._watching: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self.resting = False
        """It serves, but its process was ended, or never started: the next call starts it."""
        self.backend = means.connect(launch, log, self, None) if launch else None
        """None for a server that could not be planned: its status says why."""

    @property
    def planned(self) -> Launch | None:
        """What was to be started; None for a server that could not be planned."""
        return self._planned

    @property
    def serving(self) -> bool:
        """Whether calls are passed on to it."""
        return self.status.state in SERVING

    @property
    def _expected(self) -> bool:
        """Whether it is known what it offers, from now or from an earlier time."""
        return self.offer.greeting is not None

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
        if self.lazy and self._expected:
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

    def patience(self, seconds: float) -> float:
        """What is left of that time since its start: one slow server must not slow down every request for ever."""
        began = self._means.clock() if self._began is None else self._began
        return max(0.0, began + seconds - self._means.clock())

    async def wanted(self, seconds: float) -> None:
        """Wait, for a call, until the start is over, but not longer than that after it began."""
        await self.settled(self.patience(seconds))

    async def wait_closed(self) -> None:
        """Wait until somebody closes it."""
        await self._closed.wait()

    def select(self, selection: Selection) -> None:
        """Show other tools from now on."""
        self.selection = selection
        self.offer = self._visible()
        self._set(self._with_offer(self.status))

    @property
    def in_flight(self) -> int:
        """Calls that are going on."""
        return self._use.users

    def in_use(self) -> contextlib.AbstractContextManager[None]:
        """While this lasts, it is not stopped for being idle. To be entered before `backend` is looked at."""
        return self._use.one()

    async def close(self) -> None:
        """End it for good, and wait until nothing of it is left. What is under way is given up."""
        self._closed.set()
        await self._give_up()
        await self._end()
        if self.status.state in SERVING:
            self._set(replace(self.status, state=State.STOPPED))

    async def stop(self, reason: str, hint: str) -> None:
        """Take no more calls, give those under way DRAIN_SECONDS to finish, and end it; `renew` alone brings it back.

        Whatever else is starting it must have been cancelled before.
        """
        self.resting = False
        self._set(replace(self.status, state=State.STOPPED, reason=reason, hint=hint))
        await self._give_up()
        await self._drain()
        await self._end()

    async def renew(self, reason: str) -> None:
        """Be as before the first start, to which calls look forward from now on; those under way finish as in `stop`.

        What it offers is kept, and of what went wrong earlier nothing counts any more.
        """
        self._settled.clear()
        self._began = None
        self.resting = False
        self._set(replace(self.status, state=State.PENDING, reason=reason, hint=""))
        await self._give_up()
        await self._drain()
        await self._end()
        self._failures = self._means.failures()
        if self.backend and self._launch and not self._closed.is_set():
            self._renew(self.backend, self._launch)

    async def _drain(self) -> None:
        """Wait for the calls that are under way, but not for ever, and not when all is closed."""
        ends = (self._use.free(), self._closed.wait(), self._means.sleep(DRAIN_SECONDS))
        tasks = {asyncio.ensure_future(one) for one in ends}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _give_up(self) -> None:
        """Try nothing more in the background."""
        for task in filter(None, (self._restarting, self._watching, self._refreshing)):
            task.cancel()
            await asyncio.wait([task])
        self._restarting = self._watching = self._refreshing = None

    async def _end(self) -> None:
        """End the process, and wait until nothing of it is left."""
        if self.backend:
            await self.backend.close()
        await asyncio.gather(*self._endings)

    def may_start(self) -> None:
        """See ChildEvents. After its first end a server is started by the next call, later on in its own time."""
        if self.status.state is State.STOPPED:
            raise HubError(self.status.sentence())
        now = self._means.clock()
        if not self._connecting and self._failures.repeated(now) and self._failures.wait(now) != 0:
            raise HubError(self.status.sentence())

    def child_connected(self) -> None:
        """See ChildEvents."""
        if self.status.state is State.DEGRADED or self.resting:
            self.counts.restarts += not self.resting
            self.resting = False
            self._set(replace(self.status, state=State.READY, reason="", hint=""))
            self._watch()
        if not self._connecting:
            # Another child may be of another mind.
            self._refresh_soon()

    def heard(self, message: Message) -> None:
        """See ChildEvents."""
        if is_list_changed(message) and not self._connecting:
            self._refresh_soon()

    def child_ended(self, child: Spawned) -> None:
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
        only_asked = self.lazy and not self._expected
        self._connecting = True
        try:
            backend = await self._prepared()
            if self._queue.full and self.status.state is State.PENDING:
                self._set(self.status)
            async with self._queue.turn(self.status.id):
                self._tell("")
                began = self._began = self._means.clock()
                async with asyncio.timeout(START_SECONDS):
                    offer = await backend.connect()
                seconds = self._means.clock() - began
        except Exception as error:
            if self.backend:
                await self._could_not_connect(self.backend, error)
        else:
            self._take(offer)
            self.counts.restarts += self.status.state is State.FAILED
            ready = self._with_offer(replace(self.status, state=State.READY, reason="", hint="", seconds=seconds))
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
            self._set(self._with_offer(replace(self.status, state=State.READY, reason=RESTING)))

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
        if self._restarting:
            self._restarting.cancel()
        self._restarting = asyncio.create_task(self._restart_after(seconds))

    async def _restart_after(self, seconds: float) -> None:
        await self._means.sleep(seconds)
        # A call may have brought it back in the meantime.
        if self.backend and self.status.state is not State.READY:
            await self._connect()

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
            return
        if offer != self.whole:
            self._take(offer)
            self._set(self._with_offer(self.status))

    def _take(self, offer: Offer) -> None:
        if offer != self.whole:
            self.whole = offer
            self.offer = self._visible()
            if self._planned:
                self._known.save(self._planned, offer)

    def _with_offer(self, status: Status) -> Status:
        hidden = len(self.whole.tools) - len(self.offer.tools)
        return replace(status, tools=len(self.offer.tools), note=_note(self.offer, hidden))

    def _visible(self) -> Offer:
        return self.selection.visible(self.status.id, self.tags, self.whole)

    def _set(self, status: Status) -> None:
        self.status = status
        if status.state in SETTLED:
            self._settled.set()
        self._on_change(status)
