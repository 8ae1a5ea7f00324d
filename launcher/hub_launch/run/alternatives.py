"""Which of a server's choices answers: the best one that works, and never none for long."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from hub_launch.run.backend import CALL_SECONDS
from hub_launch.run.health import Level
from hub_launch.run.instance import Instance
from hub_launch.run.means import Means
from hub_launch.run.state import State, Status

# How long an alternative serves before the choices that are better are tried again: what was wrong with them may need a
# person, and a try costs a start.
RETURN_SECONDS = 300.0

Instances = tuple[Instance, ...]


class Chooser(Protocol):
    """A server, as far as it matters here."""

    status: Status
    instances: Instances

    def made(self, choice: int, status: Status) -> Instances:
        """Instances of a choice, not started yet, which begin with that status."""
        ...

    def chosen(self, instances: Instances) -> None:
        """Have these answer from now on."""
        ...

    def waited_for(self) -> None:
        """Calls wait for what is started now, as for a first start."""
        ...

    async def start(self) -> None:
        """Start the instances that are to answer."""
        ...


class Alternatives:
    """The choices of one server, by their places, and the one among them that is to answer."""

    def __init__(self, server: Chooser, count: int, means: Means) -> None:
        self.choice = 0
        self._server = server
        self._count = count
        self._means = means
        self._failed: tuple[str, ...] = ()
        self._rounds = means.failures()
        self._starting: asyncio.Task[None] | None = None
        self._returning: asyncio.Task[None] | None = None
        self._waits_long = False
        self._leaving: set[asyncio.Task[None]] = set()
        self._aside: set[Instance] = set()
        self._closed = False

    def lost(self) -> bool:
        """All instances that were to answer are lost. Whether others are started in their place."""
        if self._closed:
            return False
        if self.choice + 1 < self._count:
            self._fail_over()
            return True
        if self._waits_long:
            self._return_later()
        return False

    def explained(self, status: Status) -> Status:
        """The status with why it is not that of the first choice."""
        if not self._failed:
            return status
        why = f"in the place of {'; '.join(self._failed)}"
        return replace(status, reason=f"{status.reason}; {why}" if status.reason else why)

    async def begin_anew(self, status: Status, seconds: float) -> bool:
        """Have the first choice answer again, not started yet, with that status. Whether it did not anyway.

        seconds: how long what answers now may take to finish its calls.
        """
        await self.cease()
        self._rounds, self._failed = self._means.failures(), ()
        if self.choice == 0:
            return False
        old = self._server.instances
        self._choose(0, self._server.made(0, status))
        await self._leave(old, status.reason, seconds)
        return True

    async def cease(self) -> None:
        """Try nothing more in the background."""
        tasks = [self._starting, self._returning]
        self._starting = self._returning = None
        for task in filter(None, tasks):
            task.cancel()
            await asyncio.wait([task])

    async def close(self) -> None:
        """End what does not answer any more, or not yet."""
        self._closed = True
        await asyncio.gather(self.cease(), *(one.close() for one in self._aside))
        await asyncio.gather(*self._leaving)

    def _fail_over(self) -> None:
        """Start the next choice in the place of the one that failed, and try to return later."""
        server, old = self._server, self._server.instances
        status = old[0].status
        self._failed = (*self._failed, f"{status.kind}, which is {status.state}: {status.reason}")
        starting = replace(server.status, state=State.STARTING, reason="", hint="", note="", health=Level.UNKNOWN)
        server.waited_for()
        self._choose(self.choice + 1, server.made(self.choice + 1, starting))
        self._starting = asyncio.create_task(server.start())
        self._leave_soon(old)
        self._return_later()

    def _choose(self, choice: int, instances: Instances) -> None:
        self.choice, self._failed = choice, self._failed[:choice]
        self._server.chosen(instances)

    def _return_later(self) -> None:
        if self._returning:
            self._returning.cancel()
        self._returning = asyncio.create_task(self._return())

    async def _return(self) -> None:
        """Try the better choices now and then, until the first is back."""
        while self.choice:
            self._waits_long = self._server.status.state is not State.FAILED
            await self._means.sleep(self._seconds())
            self._waits_long = False
            for choice in range(self.choice):
                if await self._works(choice):
                    break

    def _seconds(self) -> float:
        """Until the next try. Where nothing serves, it is as for any server that failed."""
        if self._waits_long:
            return RETURN_SECONDS
        now = self._means.clock()
        self._rounds.add(now)
        return self._rounds.wait(now) or RETURN_SECONDS

    async def _works(self, choice: int) -> bool:
        """Whether it can be started. If so, it answers from now on, and what answered before finishes its calls."""
        server = self._server
        tried = server.made(choice, replace(server.status, state=State.PENDING, reason="", hint="", note=""))
        self._aside.update(tried)
        try:
            await asyncio.gather(*(one.connect() for one in tried))
            if any(one.serving for one in tried):
                old = server.instances
                self._choose(choice, tried)
                self._leave_soon(old)
        finally:
            self._aside.difference_update(tried)
            if server.instances is not tried:
                await asyncio.gather(*(one.close() for one in tried))
        return server.instances is tried

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
