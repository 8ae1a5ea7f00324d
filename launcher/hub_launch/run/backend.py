"""One server, local or remote: reached when it is wanted, and asked what it offers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from hub_launch.errors import HubError
from hub_launch.plan import Launch, StdioLaunch
from hub_launch.run.changes import listen
from hub_launch.run.eras import for_server
from hub_launch.run.handshake import AUTO, greet
from hub_launch.run.link import Link, LinkGone, OnProgress
from hub_launch.run.lists import ask_offer
from hub_launch.run.messages import Fields, Message
from hub_launch.run.offer import Greeting, Offer
from hub_launch.run.process import Child
from hub_launch.run.stdio import StdioLink

# The first start of a package downloads it and all it needs.
START_SECONDS = 120
# Between a closed pipe and the end of its process.
EXIT_SECONDS = 2
# A tool may search, build or draw; an assistant waits about as long.
CALL_SECONDS = 120

_log = logging.getLogger(__name__)


class ChildEvents(Protocol):
    """Whoever decides when a child may be started, and wants to know what becomes of it."""

    def may_start(self) -> None:
        """Raise HubError if a child that ended must not be started again yet."""
        ...

    def child_connected(self) -> None:
        """A child was started and its session is open."""
        ...

    def child_ended(self, child: Child) -> None:
        """A child ended without having been asked to."""
        ...

    def heard(self, message: Message) -> None:
        """The server said something of its own accord. Must not wait."""
        ...


Spawn = Callable[[StdioLaunch, Path], Awaitable[Child]]


class Backend:
    """The connection to one server. Requests share one child, or one address.

    A child that ended is started anew by the next request.
    """

    def __init__(
        self,
        launch: Launch,
        log: Path,
        events: ChildEvents,
        era: str | None = None,
        spawn: Spawn = Child.spawn,
    ) -> None:
        """Connect nothing yet. era: what an earlier connection found out, so that the server is not asked again."""
        self.launch = launch
        self.link: Link | None = None
        """The connection, once the handshake is over; None when there is none."""
        self.greeting: Greeting | None = None
        """Of the latest handshake."""
        self.child: Child | None = None
        """The latest child of a local server, dead or alive."""
        self._log = log
        self._events = events
        self._mode = era or AUTO
        self._spawn = spawn
        self._stop = asyncio.Event()
        self._owner: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[Link] | None = None
        self._reaching = asyncio.Lock()

    @property
    def era(self) -> str | None:
        """`legacy`, or the version of the 2026 protocol that it speaks; None until that is known."""
        return None if self._mode == AUTO else self._mode

    async def request(self, method: str, params: Fields, on_progress: OnProgress | None = None) -> Message:
        """The server's response. Raises LinkGone, and HubError when it cannot be started or reached."""
        link = await self.reach()
        return await link.request(method, for_server(self._mode, params), on_progress)

    async def reach(self) -> Link:
        """The connection, made if there is none. Raises as request() does."""
        return self.link if self.link and not self.link.gone else await self._connected()

    async def connect(self) -> Offer:
        """Start or reach the server and ask what it offers.

        Speaks the newest protocol that the server knows. A server that died of being asked for it is asked again
        the old way. Raises whatever the second try raised.
        """
        try:
            return await self._offer()
        except Exception:
            died = await self.died()
            if not died or self._mode != AUTO:
                raise
        self._mode = "legacy"
        try:
            return await self._offer()
        except Exception:
            # Waited for, so that whoever explains the failure knows how the child ended.
            await self.died()
            raise

    async def close(self) -> None:
        """End the connection for good, and wait until the child and its own children are gone."""
        self._stop.set()
        if self._owner:
            await asyncio.wait([self._owner])

    async def died(self) -> bool:
        """Whether the child is gone and cleared away. Its pipe closes a moment before it ends: that is waited for."""
        if self._owner:
            await asyncio.wait([self._owner], timeout=EXIT_SECONDS)
        return self.child is not None and (self._owner is None or self._owner.done())

    async def _offer(self) -> Offer:
        await self.reach()
        if self.greeting is None:
            raise LinkGone
        return await ask_offer(self.request, self.greeting)

    async def _connected(self) -> Link:
        async with self._reaching:
            if self.link and not self.link.gone:
                return self.link
            if self._ready is None or self._ready.done():
                if self._owner:
                    await asyncio.wait([self._owner])
                if self._stop.is_set():
                    raise HubError("the server was stopped")
                self._ready = asyncio.get_running_loop().create_future()
                self._owner = asyncio.create_task(self._own(self._ready))
            # A request that is cancelled while the server starts must not end the start for the others.
            return await asyncio.shield(self._ready)

    async def _own(self, ready: "asyncio.Future[Link]") -> None:
        """Start, serve and end one connection."""
        try:
            self._events.may_start()
            if isinstance(self.launch, StdioLaunch):
                await self._own_child(self.launch, ready)
            else:
                raise HubError("remote servers come back soon")
        except Exception as error:
            if ready.done():
                _log.exception("the connection to %s broke", self.launch.id)
            _reject(ready, error)
        finally:
            _reject(ready, LinkGone())

    async def _own_child(self, launch: StdioLaunch, ready: "asyncio.Future[Link]") -> None:
        child = self.child = await self._spawn(launch, self._log)
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

    async def _serve(self, link: Link, ready: "asyncio.Future[Link]", *ends: "asyncio.Task[int]") -> None:
        """Shake hands, and wait for an end: the child's, the link's, or the one that was asked for."""
        greeting = asyncio.create_task(self._greet(link))
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
        finally:
            # At once, and not when everything is cleared away: the next request must not be given this link.
            self.link = None
            tasks = [task for task in (greeting, gone, stopped, listening) if task]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _greet(self, link: Link) -> Greeting:
        try:
            self.greeting = await greet(link, self._mode)
        except HubError:
            # What it spoke the last time is no help any more.
            self._mode = AUTO
            raise
        # Later requests, and later children, need not find out again.
        self._mode = self.greeting.era
        return self.greeting


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
