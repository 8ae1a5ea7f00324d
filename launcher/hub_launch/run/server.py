"""One server: the instances that answer its calls, and what is started in their place when they do not."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Launch, choices
from hub_launch.run.backend import CALL_SECONDS, Backend, Behalf
from hub_launch.run.balance import Balance
from hub_launch.run.connection import ChildEvents
from hub_launch.run.counts import Counts
from hub_launch.run.ears import Ears
from hub_launch.run.group import health_of, status_of
from hub_launch.run.health import Health, Level
from hub_launch.run.instance import DRAIN_SECONDS, Instance, Kit
from hub_launch.run.known import KNOWN_NOTHING, Known
from hub_launch.run.means import Means
from hub_launch.run.offer import Definition, Offer
from hub_launch.run.queue import StartQueue
from hub_launch.run.selection import Selection
from hub_launch.run.state import SERVING, SETTLED, State, Status

OnChange = Callable[[Status], None]

# How long an alternative serves before the choices that are better are tried again: what was wrong with them may need a
# person, and a try costs a start.
RETURN_SECONDS = 300.0

_NOBODY: "contextlib.AbstractContextManager[Instance | None]" = contextlib.nullcontext(None)


class Server:
    """One supervised server, which its callers need not know to be several."""

    def __init__(
        self,
        status: Status,
        launch: Launch | None,
        log: Path,
        on_change: OnChange,
        means: Means,
        queue: StartQueue,
        known: Known = KNOWN_NOTHING,
        ears: Ears | None = None,
    ) -> None:
        """launch: None for a server that could not be planned; its status says why."""
        self.status = status
        self.tags = launch.tags if launch else frozenset[str]()
        self.selection = means.selection
        self.log = log
        self.counts = Counts()
        self.planned = launch
        """What was to be started; None for a server that could not be planned."""
        self._choices = choices(launch) if launch else ()
        self._on_change = on_change
        self._means = means
        self._queue = queue
        self._known = known
        self._ears = ears or Ears()
        self.kept_awake = False
        """Whether somebody wants to hear of it, so that it is not ended for being idle."""
        self._balance = Balance(launch.balance) if launch else Balance()
        self._settled = asyncio.Event()
        self._closed = asyncio.Event()
        self._choice = 0
        self._failed: tuple[str, ...] = ()
        """Why each of the better choices is not the one that serves."""
        self._rounds = means.failures()
        self._starting: asyncio.Task[None] | None = None
        self._returning: asyncio.Task[None] | None = None
        self._waits_long = False
        self._leaving: set[asyncio.Task[None]] = set()
        self._aside: set[Instance] = set()
        """Instances of other choices: on trial, or not ended yet."""
        self.instances = self._made(0, status) if launch else ()
        """Of the choice that serves, or is expected to; the first is asked what all of them offer."""
        self.whole = self.instances[0].offer if self.instances else Offer()
        """What it offers, with what is hidden; before its start is over what it offered the last time, if known."""
        self.offer = self._visible()
        """What clients are shown of it: whoever answers them looks at this alone."""

    @property
    def serving(self) -> bool:
        """Whether calls are passed on to it."""
        return self.status.state in SERVING

    @property
    def listed(self) -> bool:
        """Whether clients are shown what it offers: it serves, or is expected to in a moment."""
        return self.serving or (self.offer.greeting is not None and self.status.state not in SETTLED)

    @property
    def told(self) -> bool:
        """Whether it is known what it offers, or that it offers nothing."""
        return self.listed or self.status.state in SETTLED

    @property
    def lazy(self) -> bool:
        """Whether it is started by calls alone, once it is known what it offers."""
        return any(one.lazy for one in self.instances)

    @property
    def resting(self) -> bool:
        """Whether it serves without a process: the next call starts one."""
        return bool(self.instances) and all(one.resting for one in self.instances)

    @property
    def era(self) -> str | None:
        """`legacy`, or the version of the newer protocol that it speaks; None until that is known."""
        greeting = self.offer.greeting
        return (self.backend.era if self.backend else None) or (greeting.era if greeting else None)

    def declares(self, capability: str) -> bool:
        """Whether it said that it has that."""
        greeting = self.offer.greeting
        return greeting is not None and capability in greeting.capabilities

    @property
    def health(self) -> Health:
        """How it answers; see `instances` for each."""
        return health_of(self.instances)

    @property
    def in_flight(self) -> int:
        """Calls that are going on."""
        return sum(one.in_flight for one in self.instances)

    @property
    def leader(self) -> Instance | None:
        """The first instance that is fit, for what must not move from one to the other. Calls go to those of `in_use`.

        None for a server that could not be planned: its status says why.
        """
        if len(self.instances) == 1:
            return self.instances[0]
        return min(self.instances, key=lambda one: one.fitness, default=None)

    @property
    def backend(self) -> Backend | None:
        """The connection of the leader."""
        return self.leader.backend if self.leader else None

    @property
    def isolated(self) -> bool:
        """Whether each client's session gets a child, or a session with the remote, of its own."""
        return self.planned is not None and self.planned.isolation == "session"

    async def connect_for(self, behalf: Behalf, log: Path, events: ChildEvents, era: str | None) -> Backend:
        """A connection for one client alone: of what serves now, but neither started nor watched here.

        Raises HubError for a server that could not be planned, or cannot be prepared.
        """
        if not self.instances:
            raise HubError(self.status.sentence())
        return await min(self.instances, key=lambda one: one.fitness).connect_for(behalf, log, events, era)

    def agreed(self, offer: Offer) -> Offer:
        """What is left of an offer to one client alone: where tools are agreed to, those that all clients have."""
        if self._means.judge is None:
            return offer
        known = {tool.name: tool for tool in self.whole.tools}
        tools = tuple(tool for tool in offer.tools if _same(known.get(tool.name), tool))
        return offer if len(tools) == len(offer.tools) else replace(offer, tools=tools)

    def visible(self, offer: Offer) -> Offer:
        """What a client is shown of what the server offers it alone."""
        return self.selection.visible(self.status.id, self.tags, offer)

    def in_use(
        self, *, without: Instance | None = None, leading: bool = False
    ) -> "contextlib.AbstractContextManager[Instance | None]":
        """The instance for one call, which is not stopped for being idle while this lasts; None if there is none.

        without: one that has just failed, and is not asked again. leading: the leader, while it has not failed.
        """
        if without is None and (leading or len(self.instances) == 1):
            instance = self.leader
        else:
            instance = self._balance.pick(self.instances, without=without)
        return instance.in_use() if instance else _NOBODY

    async def start(self) -> None:
        """Connect and learn what is offered; the outcome is in the status. What fails is tried again later."""
        if not self.instances:
            # Told like any other failure, or nobody would hear of it.
            self._set(self.status)
            return
        await asyncio.gather(*(one.start() for one in self.instances))

    async def settled(self, seconds: float) -> None:
        """Wait until the start is over, well or badly, but no longer than that. Its turn to start comes first now."""
        if not self._settled.is_set() and self.instances:
            self._queue.hurry(self.instances[0].name)
        await self.start_is_over(seconds)

    async def start_is_over(self, seconds: float) -> None:
        """Like `settled`, by somebody who waits for others as much."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), seconds)

    def patience(self, seconds: float) -> float:
        """What is left of that time since its start: one slow server must not slow down every request for ever."""
        now = self._means.clock()
        began = min((one.began for one in self.instances if one.began is not None), default=now)
        return max(0.0, began + seconds - now)

    async def wanted(self, seconds: float) -> None:
        """Wait, for a call, until the start is over, but not longer than that after it began."""
        await self.settled(self.patience(seconds))

    async def wait_closed(self) -> None:
        """Wait until somebody closes it."""
        await self._closed.wait()

    async def close(self) -> None:
        """End it for good, and wait until nothing of it is left. What is under way is given up."""
        self._closed.set()
        await asyncio.gather(self._give_up(), *(one.close() for one in (*self.instances, *self._aside)))
        await asyncio.gather(*self._leaving)

    async def stop(self, reason: str, hint: str) -> None:
        """Take no more calls, give those under way DRAIN_SECONDS to finish, and end it. Only `renew` brings it back.

        Whatever else is starting it must have been cancelled before.
        """
        if not self.instances:
            self._set(replace(self.status, state=State.STOPPED, reason=reason, hint=hint))
        await asyncio.gather(self._give_up(), *(one.stop(reason, hint, DRAIN_SECONDS) for one in self.instances))

    async def renew(self, reason: str) -> None:
        """Be as before the first start, to which calls look forward from now on; those under way finish as in `stop`.

        What it offers is kept, and of what went wrong earlier nothing counts any more.
        """
        self._settled.clear()
        await self._give_up()
        self._rounds, self._failed = self._means.failures(), ()
        if self._choice == 0:
            await asyncio.gather(*(one.renew(reason) for one in self.instances))
            return
        old = self.instances
        self._choose(0, self._made(0, replace(self.status, state=State.PENDING, reason=reason, hint="")))
        await self._leave(old, reason, DRAIN_SECONDS)

    # Instances

    def _made(self, choice: int, status: Status) -> tuple[Instance, ...]:
        """Instances of a choice, not started yet, which begin with that status."""
        return tuple(
            Instance(replace(status, kind=launch.kind), launch, self._kit(choice, number))
            for number, launch in enumerate(self._choices[choice])
        )

    def _kit(self, choice: int, number: int) -> Kit:
        parts = [f"choice{choice + 1}"] * (choice > 0) + [str(number + 1)] * (number > 0)
        name = ".".join([self.status.id, *parts])
        log = self.log.with_name(f"{name}.log") if parts else self.log
        return Kit(
            name,
            log,
            partial(self._changed, choice),
            self._means,
            self._queue,
            self.counts,
            self._known,
            on_heard=partial(self._ears.heard, self.status.id),
            on_connected=partial(self._ears.connected, self.status.id),
            kept_awake=lambda: self.kept_awake,
        )

    def _changed(self, choice: int) -> None:
        """An instance of that choice has another status, or offers something else."""
        if choice != self._choice:
            return
        lost = all(one.lost for one in self.instances)
        if lost and choice + 1 < len(self._choices) and not self._closed.is_set():
            self._fail_over()
            return
        if lost and self._waits_long:
            self._return_later()
        self._show()

    def _show(self) -> None:
        whole = next((one for one in self.instances if one.serving), self.instances[0]).offer
        if whole is not self.whole:
            self.whole = whole
            self.offer = self._visible()
        status = self._together()
        # One that is alone tells of everything; of several, what one does need not change what all are.
        if len(self.instances) == 1 or status != self.status or status.health is not self.status.health:
            self._set(status)

    def _together(self) -> Status:
        status = self._without_hidden(status_of(self.instances))
        if not self._failed:
            return status
        why = f"in the place of {'; '.join(self._failed)}"
        return replace(status, reason=f"{status.reason}; {why}" if status.reason else why)

    def _set(self, status: Status) -> None:
        self.status = status
        if status.state in SETTLED:
            self._settled.set()
        self._on_change(status)

    def select(self, selection: Selection) -> None:
        """Show other tools from now on."""
        self.selection = selection
        self.offer = self._visible()
        self._set(self._together() if self.instances else self.status)

    def _visible(self) -> Offer:
        return self.visible(self.whole)

    def _without_hidden(self, status: Status) -> Status:
        hidden = len(self.whole.tools) - len(self.offer.tools)
        if not hidden or not status.tools:
            return status
        note = f"{hidden} {'tool is' if hidden == 1 else 'tools are'} hidden"
        return replace(status, tools=len(self.offer.tools), note=f"{note}; {status.note}" if status.note else note)

    # Alternatives

    def _choose(self, choice: int, instances: tuple[Instance, ...]) -> None:
        """Have these instances of that choice answer from now on."""
        self._choice, self.instances, self._failed = choice, instances, self._failed[:choice]
        self._show()

    def _fail_over(self) -> None:
        """Start the next choice in the place of the one that failed, and try to return later."""
        old, status = self.instances, self.instances[0].status
        self._failed = (*self._failed, f"{status.kind}, which is {status.state}: {status.reason}")
        choice = self._choice + 1
        starting = replace(self.status, state=State.STARTING, reason="", hint="", note="", health=Level.UNKNOWN)
        self._settled.clear()
        self._choose(choice, self._made(choice, starting))
        self._starting = asyncio.create_task(self.start())
        self._leave_soon(old)
        self._return_later()

    def _return_later(self) -> None:
        if self._returning:
            self._returning.cancel()
        self._returning = asyncio.create_task(self._return())

    async def _return(self) -> None:
        """Try the better choices now and then, until the first is back."""
        while self._choice:
            self._waits_long = self.status.state is not State.FAILED
            await self._means.sleep(self._return_seconds())
            self._waits_long = False
            for choice in range(self._choice):
                if await self._works(choice):
                    break

    def _return_seconds(self) -> float:
        if self._waits_long:
            return RETURN_SECONDS
        now = self._means.clock()
        self._rounds.add(now)
        return self._rounds.wait(now) or RETURN_SECONDS

    async def _works(self, choice: int) -> bool:
        """Whether it can be started. If so, it answers from now on, and what answered before finishes its calls."""
        tried = self._made(choice, replace(self.status, state=State.PENDING, reason="", hint="", note=""))
        self._aside.update(tried)
        try:
            await asyncio.gather(*(one.connect() for one in tried))
            if any(one.serving for one in tried):
                old = self.instances
                self._choose(choice, tried)
                self._leave_soon(old)
        finally:
            self._aside.difference_update(tried)
            if self.instances is not tried:
                await asyncio.gather(*(one.close() for one in tried))
        return self.instances is tried

    def _leave_soon(self, old: Sequence[Instance]) -> None:
        task = asyncio.create_task(self._leave(old, "another choice answers in its place", CALL_SECONDS))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _leave(self, old: Sequence[Instance], reason: str, seconds: float) -> None:
        """End what answered before, once it has finished its calls or so much time has passed."""
        self._aside.update(old)
        try:
            await asyncio.gather(*(one.stop(reason, "", seconds) for one in old))
            await asyncio.gather(*(one.close() for one in old))
        finally:
            self._aside.difference_update(old)

    async def _give_up(self) -> None:
        """Try nothing more in the background."""
        tasks = [self._starting, self._returning]
        self._starting = self._returning = None
        for task in filter(None, tasks):
            task.cancel()
            await asyncio.wait([task])


def _same(agreed: Definition | None, tool: Definition) -> bool:
    return agreed is not None and (agreed == tool or agreed.words() == tool.words())
