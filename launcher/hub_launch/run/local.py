"""The connection to a child process, which is started when it is wanted and started anew when it has ended."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from hub_launch.plan import StdioLaunch
from hub_launch.run.changes import listen
from hub_launch.run.connection import ChildEvents, Greet
from hub_launch.run.link import Link, LinkGone
from hub_launch.run.offer import Greeting
from hub_launch.run.spawning import Spawn, Spawned
from hub_launch.run.stdio import StdioLink

# Between a closed pipe and the end of its process.
END_SECONDS = 0.5

_log = logging.getLogger(__name__)


class LocalConnection:
    """See Connection. All requests share one child."""

    def __init__(self, launch: StdioLaunch, log: Path, events: ChildEvents, greet: Greet, spawn: Spawn) -> None:
        self.link: Link | None = None
        self.child: Spawned | None = None
        self._launch = launch
        self._log = log
        self._events = events
        self._greet = greet
        self._spawn = spawn
        self._stop = asyncio.Event()
        self._owner: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[Link] | None = None
        self._reaching = asyncio.Lock()

    async def reach(self) -> Link:
        """See Connection."""
        if self.link:
            return self.link
        async with self._reaching:
            if self.link:
                return self.link
            ready = self._ready
            if ready is None or ready.done():
                ready = await self._begin()
            # A request that is cancelled while the server starts must not end the start for the others.
            return await asyncio.shield(ready)

    async def ended(self, seconds: float) -> bool:
        """See Connection."""
        if self._owner:
            await asyncio.wait([self._owner], timeout=seconds)
        return self._owner is None or self._owner.done()

    def lost(self, link: Link) -> None:
        """See Connection. The owner sees it too, a moment later."""
        if link is self.link:
            self.link = None

    async def close(self) -> None:
        """See Connection."""
        self._stop.set()
        if self._owner:
            await asyncio.wait([self._owner])

    async def _begin(self) -> "asyncio.Future[Link]":
        if self._owner:
            await asyncio.wait([self._owner])
        if self._stop.is_set():
            raise LinkGone("it was stopped")
        ready = self._ready = asyncio.get_running_loop().create_future()
        self._owner = asyncio.create_task(self._own(ready))
        return ready

    async def _own(self, ready: "asyncio.Future[Link]") -> None:
        """Start, serve and end one child."""
        try:
            self._events.may_start()
            await self._own_child(ready)
        except Exception as error:
            if ready.done():
                _log.exception("the connection to %s broke", self._launch.id)
            _reject(ready, error)
        finally:
            _reject(ready, LinkGone())

    async def _own_child(self, ready: "asyncio.Future[Link]") -> None:
        child = self.child = await self._spawn(self._launch, self._log)
        link = StdioLink(child.stdout, child.stdin, self._events.heard)
        ended = asyncio.create_task(child.wait())
        try:
            await self._serve(link, ready, ended)
        finally:
            asked = self._stop.is_set()
            await link.close()
            await child.close()
            ended.cancel()
            if not asked:
                self._events.child_ended(child)

    async def _serve(self, link: StdioLink, ready: "asyncio.Future[Link]", *ends: "asyncio.Task[int]") -> None:
        """Shake hands, and wait for an end: the child's, the link's, or the one that was asked for."""
        greeting = asyncio.ensure_future(self._greet(link))
        gone, stopped = asyncio.create_task(link.wait_gone()), asyncio.create_task(self._stop.wait())
        over = (*ends, gone, stopped)
        listening: asyncio.Task[None] | None = None
        try:
            await asyncio.wait({greeting, *over}, return_when=asyncio.FIRST_COMPLETED)
            if _failed(greeting, ready):
                return
            self.link = link
            ready.set_result(link)
            self._events.child_connected()
            listening = asyncio.create_task(listen(link, greeting.result()))
            await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
            if gone.done() and not stopped.done():
                await self._silenced(ends)
        finally:
            # At once, and not when everything is cleared away: the next request must not be given this link.
            self.link = None
            tasks = [task for task in (greeting, gone, stopped, listening) if task]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _silenced(self, ends: "Sequence[asyncio.Task[int]]") -> None:
        """Note of a child that goes on running why it is ended. Its pipe closes a moment before it ends by itself."""
        self.link = None
        done, _ = await asyncio.wait(ends, timeout=END_SECONDS)
        if not done and self.child:
            self.child.ended_because = "it had closed its output or input"


def _failed(greeting: "asyncio.Task[Greeting]", ready: "asyncio.Future[Link]") -> bool:
    """Whether there was no handshake; whoever waits for the link is told why."""
    if not greeting.done():
        _reject(ready, LinkGone())
    elif error := greeting.exception():
        _reject(ready, error)
    return not greeting.done() or greeting.exception() is not None


def _reject(ready: "asyncio.Future[Link]", error: BaseException) -> None:
    if not ready.done():
        ready.set_exception(error)
        # Whoever asked may have given up.
        ready.exception()
