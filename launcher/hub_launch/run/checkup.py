"""Watching the health of one instance, and acting on it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from hub_launch.run.backend import CALL_SECONDS, Backend
from hub_launch.run.balance import Fitness
from hub_launch.run.health import UNKNOWN, Health, Level, Record
from hub_launch.run.link import LinkGone
from hub_launch.run.means import Means
from hub_launch.run.probes import watch
from hub_launch.run.reasons import explain
from hub_launch.run.state import SERVING, State, Status

_FITNESS = {
    Level.UNKNOWN: Fitness.FIT,
    Level.HEALTHY: Fitness.FIT,
    Level.DEGRADED: Fitness.DOUBTFUL,
    Level.UNHEALTHY: Fitness.LAST,
}


class Examined(Protocol):
    """An instance, as far as it matters here."""

    status: Status
    log: Path
    resting: bool
    backend: Backend

    @property
    def local(self) -> bool:
        """Whether it is a process of the hub's."""
        ...

    @property
    def connecting(self) -> bool:
        """Whether it is being started."""
        ...

    @property
    def in_flight(self) -> int:
        """How many calls it has not answered yet."""
        ...


class Checkup:
    """What is known of an instance's health; see probes.Patient."""

    def __init__(
        self, instance: Examined, means: Means, show: Callable[[Status], None], end: Callable[[str], None]
    ) -> None:
        """show: takes a new status. end: ends the instance's process for that reason, to be started again."""
        self._instance = instance
        self._means = means
        self._show = show
        self._end = end
        self._probing: asyncio.Task[None] | None = None
        self.record = Record(means.clock)

    @property
    def health(self) -> Health:
        """How it answers; nothing is known of one that does not run."""
        return self.record.health() if self._serving and not self._instance.resting else UNKNOWN

    @property
    def fitness(self) -> Fitness:
        """See Candidate."""
        one = self._instance
        if one.status.state is State.READY:
            ended = one.local and one.backend.link is None and not one.resting
            return Fitness.LAST if ended else _FITNESS[self.record.level]
        return Fitness.LAST if one.status.state is State.DEGRADED else Fitness.OUT

    @property
    def unhealthy(self) -> bool:
        """Whether it did not answer for too long."""
        return self._serving and self.record.level is Level.UNHEALTHY

    def begin(self) -> None:
        """Probe from now on."""
        self._probing = self._probing or asyncio.create_task(watch(self, self._means.clocks))

    def cease(self) -> "asyncio.Task[None] | None":
        """Probe no more; the task is over in a moment."""
        probing, self._probing = self._probing, None
        return probing

    def forget(self) -> None:
        """What is known is about a process that is no more."""
        self.record = Record(self._means.clock)

    def answered(self) -> None:
        """It answered a call."""
        self.record.answered()
        if self._instance.status.health is not Level.HEALTHY:
            self.judge()

    def missed(self, error: Exception) -> None:
        """It did not answer a call. What becomes of a process is known without calls; a long one says little of it."""
        one = self._instance
        if one.status.state is State.READY and not (one.local and isinstance(error, LinkGone)):
            self.record.failed(self.why(error), busy=isinstance(error, TimeoutError))
            self.judge()

    @property
    def askable(self) -> bool:
        """Whether a probe disturbs nothing: a server that rests is not woken, nor a child started."""
        there = self._instance.backend.link is not None or not self._instance.local
        return there and self._serving and not self._instance.connecting

    @property
    def busy(self) -> bool:
        """Whether calls are under way that may keep it from answering: for as long as any call may take."""
        return self._instance.in_flight > 0 and not self.record.silent(CALL_SECONDS)

    async def probe(self) -> None:
        """Ask whether it answers."""
        await self._instance.backend.probe()

    def why(self, error: Exception) -> str:
        """What is wrong with it, for people."""
        return explain(error, self._instance.backend, self._instance.log, CALL_SECONDS)[0]

    def judge(self) -> None:
        """End a process that answers nothing any more; of an address, say that it is so, or not any more."""
        one, level = self._instance, self.record.level
        if level is Level.UNHEALTHY and one.status.state is State.READY:
            reason = self.record.health().reason
            if one.local and not one.resting:
                self._end(f"was ended: {reason}")
            else:
                silent = replace(one.status, state=State.DEGRADED, reason=reason, hint="it is asked again")
                self._show(replace(silent, health=level))
        elif level is Level.HEALTHY and one.status.state is State.DEGRADED and not one.local:
            self._show(replace(one.status, state=State.READY, reason="", hint="", health=level))
        elif level is not one.status.health:
            self._show(replace(one.status, health=level))

    @property
    def _serving(self) -> bool:
        return self._instance.status.state in SERVING
