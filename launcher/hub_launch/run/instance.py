"""One instance of a server: started, watched, started again, and ended; what it offers and in which state it is."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Launch, StdioLaunch
from hub_launch.run.abilities import NOBODY
from hub_launch.run.backend import START_SECONDS, Backend, Behalf
from hub_launch.run.balance import Fitness
from hub_launch.run.changes import is_list_changed
from hub_launch.run.checkup import Checkup
from hub_launch.run.comeback import Comeback
from hub_launch.run.connection import ChildEvents
from hub_launch.run.health import Health, Level
from hub_launch.run.idle import Use
from hub_launch.run.kit import Kit
from hub_launch.run.messages import Message
from hub_launch.run.offer import Offer
from hub_launch.run.reasons import explain, explain_exit, is_passing
from hub_launch.run.spawning import Spawned
from hub_launch.run.state import SERVING, State, Status

RESTING = "not running; the next call starts it"

# How long calls that are under way may go on once their server is told to stop: longer than nearly all take, and
# shorter than a call waits for a server that is being restarted (hub_launch.hub.attempts.START_WAIT_SECONDS).
DRAIN_SECONDS = 10

# Changes that follow one another this closely are asked about once.
REFRESH_SECONDS = 0.5

_log = logging.getLogger(__name__)


class Instance:
    """One supervised connection to a server: a child of its own, or an address. Its status changes only here."""

    def __init__(self, status: Status, launch: Launch, kit: Kit) -> None:
        self.status = status
        self.offer = kit.known.load(launch) or Offer()
        """What it offers; before its start is over what it offered the last time, if that is known."""
        self.name = kit.name
        self.log = kit.log
        self.turn = 0
        """See Candidate."""
        self._kit = kit
        self._means = kit.means
        self._planned = self._launch = launch
        self._comeback = Comeback(self._means, kit.log, self._come_back)
        self._closed = asyncio.Event()
        self.began: float | None = None
        """When its latest start began, on the means' clock."""
        self._connecting = False
        self._use = Use(self._means.clock, self._means.sleep)
        self._resting_later: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self.resting = False
        """It serves, but its process was ended, or never started: the next call starts it."""
        self.checkup = Checkup(self, self._means, self._set, self._end_and_restart)
        self.backend = self._means.connect(launch, self.log, self, None)

    async def connect_for(self, behalf: Behalf, log: Path, events: ChildEvents, era: str | None) -> Backend:
        """A connection for one client alone, which connects nothing yet and is not supervised here.

        Of a launch that is prepared as any other is: installed, and shut in. Raises HubError.
        """
        launch = await self._means.prepare(self._planned, lambda _: None)
        return self._means.connect(launch, log, events, era, behalf=behalf)

    @property
    def serving(self) -> bool:
        """Whether calls are passed on to it."""
        return self.status.state in SERVING

    @property
    def expected(self) -> bool:
        """Whether it is known what it offers, from now or from an earlier time."""
        return self.offer.greeting is not None

    @property
    def local(self) -> bool:
        """Whether it is a process of the hub's."""
        return isinstance(self._launch, StdioLaunch)

    @property
    def lazy(self) -> bool:
        """Whether it is started by calls alone, once it is known what it offers."""
        return isinstance(self._launch, StdioLaunch) and self._launch.start == "lazy"

    @property
    def connecting(self) -> bool:
        """Whether it is being started."""
        return self._connecting

    @property
    def health(self) -> Health:
        """How it answers."""
        return self.checkup.health

    @property
    def fitness(self) -> Fitness:
        """See Candidate."""
        return self.checkup.fitness

    @property
    def in_flight(self) -> int:
        """See Candidate."""
        return self._use.users

    @property
    def lost(self) -> bool:
        """Whether something else has to answer in its place, if there is anything."""
        return self.status.state is State.FAILED or self.checkup.unhealthy

    async def start(self) -> None:
        """Connect and learn what is offered; the outcome is in the status. What fails is tried again later."""
        if self.lazy and self.expected:
            self._rest()
            await self._prepare_resting()
        else:
            await self.connect()

    @contextlib.contextmanager
    def in_use(self) -> Iterator["Instance"]:
        """While this lasts, it is not stopped for being idle. To be entered before `backend` is looked at."""
        with self._use.one():
            yield self

    async def close(self) -> None:
        """End it for good, and wait until nothing of it is left. What is under way is given up."""
        self._closed.set()
        await self._give_up()
        await self._end()
        if self.serving:
            self._set(replace(self.status, state=State.STOPPED))

    async def stop(self, reason: str, hint: str, seconds: float) -> None:
        """Take no more calls, give those under way so long to finish, and end it. Nothing but `renew` brings it back.

        Whatever else is starting it must have been cancelled before.
        """
        self.resting = False
        self._set(replace(self.status, state=State.STOPPED, reason=reason, hint=hint))
        await self._give_up()
        await self._drain(seconds)
        await self._end()

    async def renew(self, reason: str) -> None:
        """Be as before the first start, to which calls look forward from now on; those under way finish as in `stop`.

        What it offers is kept, and of what went wrong earlier nothing counts any more.
        """
        self.began = None
        self.resting = False
        self._set(replace(self.status, state=State.PENDING, reason=reason, hint=""))
        await self._give_up()
        await self._drain(DRAIN_SECONDS)
        await self._end()
        self._comeback.forget()
        if not self._closed.is_set():
            self._renew(self._launch)

    def may_start(self) -> None:
        """See ChildEvents. After its first end a server is started by the next call, later on in its own time."""
        if self.status.state is State.STOPPED:
            raise HubError(self.status.sentence())
        if not self._connecting and not self._comeback.due:
            raise HubError(self.status.sentence())

    def child_connected(self) -> None:
        """See ChildEvents."""
        if self.local:
            # A remote's handshake may work where nothing else does.
            self.checkup.record.answered()
        if self.status.state is State.DEGRADED or self.resting:
            self._kit.counts.restarts += self.local and not self.resting
            self.resting = False
            self._set(replace(self.status, state=State.READY, reason="", hint=""))
            self._watch()
        if not self._connecting:
            # Another child may be of another mind.
            self._refresh_soon()
        self._kit.on_connected()

    def heard(self, message: Message) -> None:
        """See ChildEvents."""
        if is_list_changed(message):
            if not self._connecting:
                self._refresh_soon()
        else:
            self._kit.on_heard(message)

    def child_ended(self, child: Spawned) -> None:
        """See ChildEvents."""
        if not self._connecting and self.serving:
            self._fell(explain_exit(child))

    async def connect(self) -> None:
        """Like `start`, also for one that is lazy."""
        only_asked = self.lazy and not self.expected
        self._connecting = True
        try:
            launch = await self._means.prepare(self._planned, self._tell)
            backend = self.backend if launch == self._launch else self._renew(launch)
            if self._kit.queue.full and self.status.state is State.PENDING:
                self._set(self.status)
            async with self._kit.queue.turn(self._kit.name):
                self._tell("")
                began = self.began = self._means.clock()
                async with asyncio.timeout(START_SECONDS):
                    offer = await backend.connect()
                seconds = self._means.clock() - began
            refusal = await self._judged(offer)
        except Exception as error:
            await self._could_not_connect(self.backend, error)
        else:
            if refusal:
                self._quarantine(refusal)
                return
            self._take(offer)
            self.checkup.record.answered()
            self._kit.counts.restarts += self.status.state is State.FAILED
            ready = replace(self.status, state=State.READY, reason="", hint="", seconds=seconds)
            ready = self._with_offer(replace(ready, health=self.checkup.record.level))
            if only_asked:
                self.status = ready
                self._rest()
            else:
                self._set(ready)
                self._watch()
        finally:
            self._connecting = False

    async def _prepare_resting(self) -> None:
        """Have the package there when the first call comes. If that fails, the call finds out why."""
        with contextlib.suppress(HubError):
            launch = await self._means.prepare(self._planned, lambda reason: None)
            if self.resting and launch != self._launch:
                self._renew(launch)

    def _renew(self, launch: Launch) -> Backend:
        """A backend without a process in the place of the old one, which is ended and stays closed."""
        old, self._launch = self.backend, launch
        self.backend = self._means.connect(launch, self.log, self, old.era)
        ending = asyncio.create_task(old.close())
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        return self.backend

    def _tell(self, reason: str) -> None:
        """What the start waits for now. A server that failed is not called starting for each further try."""
        status = replace(self.status, state=State.STARTING, reason=reason, hint="")
        first = self.status.state in (State.PENDING, State.STARTING)
        if status != self.status and (first or reason):
            self._set(status)

    def _rest(self) -> None:
        """End its process and go on serving."""
        self._renew(self._launch)
        self.resting = True
        self.checkup.forget()
        resting = replace(self.status, state=State.READY, reason=RESTING, health=Level.UNKNOWN)
        self._set(self._with_offer(resting))

    def _watch(self) -> None:
        """From now on end it when it is idle; or ask it now and then how it is, which one that rests is not."""
        seconds = self._launch.idle_seconds if isinstance(self._launch, StdioLaunch) else None
        if seconds is not None:
            self._resting_later = self._resting_later or asyncio.create_task(self._rest_when_idle(seconds))
        elif not self.lazy:
            self.checkup.begin()

    async def _rest_when_idle(self, seconds: float) -> None:
        while True:
            await self._use.idle(seconds)
            if self.status.state is State.READY and not self.resting and not self._kit.kept_awake():
                self._rest()

    def _end_and_restart(self, reason: str) -> None:
        self._renew(self._launch)
        self._fell(reason)

    def _fell(self, reason: str) -> None:
        """Its process is gone. The next call starts it, or it starts after a while, unless that happened too often."""
        self.checkup.forget()
        fallen = replace(self.status, state=State.DEGRADED, reason=reason, health=Level.UNKNOWN)
        wait = self._comeback.failed()
        if wait is None:
            self._set(replace(fallen, state=State.FAILED, hint=self._comeback.given_up))
            return
        hint = "it is started again by itself" if self._comeback.repeated else "the next call starts it again"
        self._set(replace(fallen, hint=hint))
        self._comeback.after(wait)

    async def _could_not_connect(self, backend: Backend, error: Exception) -> None:
        reason, hint = explain(error, backend, self.log)
        # What cannot even be started will not be there a second later either.
        wait = self._comeback.failed() if is_passing(error) else None
        if wait is not None:
            hint = f"{hint}; it is tried again"
        elif is_passing(error):
            hint = self._comeback.given_up
        # Told before the clean-up, which may take seconds.
        self._set(replace(self.status, state=State.FAILED, reason=reason, hint=hint))
        await backend.close()
        if wait is not None and self.status.state is State.FAILED and not self._closed.is_set():
            # A closed one stays closed; what it learnt of the server's protocol is kept.
            self.backend = self._means.connect(self._launch, self.log, self, backend.era)
            self._comeback.after(wait)

    async def _come_back(self) -> None:
        # A call may have brought it back in the meantime.
        if self.status.state is not State.READY:
            await self.connect()

    def _refresh_soon(self) -> None:
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        """Ask again what it offers. What cannot be answered now is left as it was."""
        await self._means.sleep(REFRESH_SECONDS)
        if self.backend.link is None or not self.serving:
            return
        try:
            async with asyncio.timeout(START_SECONDS):
                offer = await self.backend.connect()
            refusal = await self._judged(offer)
        except Exception as error:
            _log.warning("%s could not be asked again what it offers: %s", self.status.id, error)
            return
        if refusal:
            self._quarantine(refusal)
        elif offer != self.offer:
            self._take(offer)
            self._set(self._with_offer(self.status))

    async def _judged(self, offer: Offer) -> str:
        judge = self._means.judge
        return await asyncio.to_thread(judge, self.status.id, offer, NOBODY) if judge else ""

    def _quarantine(self, refusal: str) -> None:
        """Serve nothing of it, and end its process, until the user has looked at what it offers now."""
        name = self.status.id
        reason = f"its tools are not those that were agreed to: {refusal}"
        hint = f"`hub-launch diff {name}` shows them, `hub-launch approve {name}` agrees to them"
        self._renew(self._launch)
        self._set(replace(self.status, state=State.QUARANTINED, reason=reason, hint=hint, tools=0))

    def _take(self, offer: Offer) -> None:
        if offer != self.offer:
            self.offer = offer
            self._kit.known.save(self._planned, offer)

    def _with_offer(self, status: Status) -> Status:
        note = f"left out: {'; '.join(self.offer.left_out)}" if self.offer.left_out else ""
        return replace(status, tools=len(self.offer.tools), note=note)

    async def _give_up(self) -> None:
        """Try nothing more in the background."""
        tasks = [self._comeback.cease(), self._resting_later, self._refreshing, self.checkup.cease()]
        self._resting_later = self._refreshing = None
        for task in filter(None, tasks):
            task.cancel()
            await asyncio.wait([task])

    async def _drain(self, seconds: float) -> None:
        """Wait for the calls that are under way, but not for ever, and not when all is closed."""
        await _first_of(self._use.free(), self._closed.wait(), self._means.sleep(seconds))

    async def _end(self) -> None:
        """End the process, and wait until nothing of it is left."""
        await self.backend.close()
        await asyncio.gather(*self._endings)

    def _set(self, status: Status) -> None:
        self.status = status
        self._kit.on_change()


async def _first_of(*works: Awaitable[object]) -> None:
    tasks = {asyncio.ensure_future(one) for one in works}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
