"""One server: the instances that answer its calls, and what is started in their place when they do not."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import Launch, choices
from hub_launch.run.alternatives import Alternatives
from hub_launch.run.backend import Backend, Behalf
from hub_launch.run.balance import Balance
from hub_launch.run.connection import ChildEvents
from hub_launch.run.counts import Counts
from hub_launch.run.ears import Ears
from hub_launch.run.group import health_of, status_of
from hub_launch.run.health import Health
from hub_launch.run.instance import DRAIN_SECONDS, Instance
from hub_launch.run.kit import Kit
from hub_launch.run.known import KNOWN_NOTHING, Known
from hub_launch.run.means import Means
from hub_launch.run.offer import Definition, Offer
from hub_launch.run.queue import StartQueue
from hub_launch.run.selection import Selection
from hub_launch.run.state import SERVING, SETTLED, State, Status

OnChange = Callable[[Status], None]

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
        self.observers = means.observers
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
        self._renewing = False
        """Whether it is being ended in order to be started again: what is left of it meanwhile settles nothing."""
        self._closed = asyncio.Event()
        self._alternatives = Alternatives(self, len(self._choices), means)
        self.instances = self.made(0, status) if launch else ()
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

    async def agreed(self, offer: Offer, abilities: str, before: Offer | None) -> tuple[Offer, str]:
        """What is left of an offer to one client that can that, and why not all of it.

        Of one that is refused the tools that all clients have are left, and those that this one had `before`. Raises
        HubError.
        """
        judge = self._means.judge
        refusal = await asyncio.to_thread(judge, self.status.id, offer, abilities) if judge else ""
        if not refusal:
            return offer, ""
        agreed = (*self.whole.tools, *(before.tools if before else ()))
        tools = tuple(tool for tool in offer.tools if any(_same(one, tool) for one in agreed))
        return replace(offer, tools=tools), refusal

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
        await asyncio.gather(self._alternatives.close(), *(one.close() for one in self.instances))

    async def stop(self, reason: str, hint: str) -> None:
        """Take no more calls, give those under way DRAIN_SECONDS to finish, and end it. Only `renew` brings it back.

        Whatever else is starting it must have been cancelled before.
        """
        if not self.instances:
            self._set(replace(self.status, state=State.STOPPED, reason=reason, hint=hint))
        stops = (one.stop(reason, hint, DRAIN_SECONDS) for one in self.instances)
        await asyncio.gather(self._alternatives.cease(), *stops)

    async def renew(self, reason: str) -> None:
        """Be as before the first start, to which calls look forward from now on; those under way finish as in `stop`.

        What it offers is kept, and of what went wrong earlier nothing counts any more.
        """
        self._settled.clear()
        pending = replace(self.status, state=State.PENDING, reason=reason, hint="")
        self._renewing = True
        try:
            if not await self._alternatives.begin_anew(pending, DRAIN_SECONDS):
                await asyncio.gather(*(one.renew(reason) for one in self.instances))
        finally:
            self._renewing = False
            if self.status.state in SETTLED:
                self._settled.set()

    # Instances

    def made(self, choice: int, status: Status) -> tuple[Instance, ...]:
        """See Chooser."""
        return tuple(
            Instance(replace(status, kind=launch.kind), launch, self._kit(choice, number))
            for number, launch in enumerate(self._choices[choice])
        )

    def _kit(self, choice: int, number: int) -> Kit:
        # No number alone: logs that were put aside have one (run.log_file).
        parts = [f"choice{choice + 1}"] * (choice > 0) + [f"instance{number + 1}"] * (number > 0)
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
        if choice != self._alternatives.choice:
            return
        replaced = all(one.lost for one in self.instances) and self._alternatives.lost()
        if not replaced:
            self._show()

    def chosen(self, instances: tuple[Instance, ...]) -> None:
        """See Chooser."""
        self.instances = instances
        self._show()

    def waited_for(self) -> None:
        """See Chooser."""
        self._settled.clear()

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
        return self._alternatives.explained(self._without_hidden(status_of(self.instances)))

    def _set(self, status: Status) -> None:
        self.status = status
        if status.state in SETTLED and not self._renewing:
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


def _same(agreed: Definition, tool: Definition) -> bool:
    return agreed.name == tool.name and (agreed == tool or agreed.words() == tool.words())
