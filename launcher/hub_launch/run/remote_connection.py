"""The connection to a server that somebody else runs: one link, and a new handshake when it was lost."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from hub_launch.plan import HttpLaunch
from hub_launch.run.changes import listen
from hub_launch.run.connection import ChildEvents, Greet
from hub_launch.run.link import Link, LinkGone, OnMessage
from hub_launch.run.spawning import Spawned

OpenLink = Callable[[HttpLaunch, OnMessage], Link]


def open_link(launch: HttpLaunch, on_message: OnMessage) -> Link:
    """A link to the launch's address, for whoever needs no sign-in."""
    # Here, since they take their time and memory, and most hubs have local servers alone.
    from hub_launch.run.remote import remote_link

    return remote_link(launch, on_message)


def open_links(state_dir: Path) -> OpenLink:
    """Opens links for a user whose sign-ins are kept in `state_dir`."""

    def signed_in(launch: HttpLaunch, on_message: OnMessage) -> Link:
        from hub_launch.run.remote import remote_link
        from hub_launch.run.signin import authorization_of, open_store

        return remote_link(launch, on_message, authorization=authorization_of(launch, open_store(state_dir)))

    return signed_in


class RemoteConnection:
    """See Connection."""

    def __init__(self, launch: HttpLaunch, events: ChildEvents, greet: Greet, link: Link) -> None:
        self.link: Link | None = None
        self.child: Spawned | None = None
        self._events = events
        self._greet = greet
        self._link = link
        self._launch = launch
        self._closed = False
        self._reaching = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None

    async def reach(self) -> Link:
        """See Connection."""
        if self.link:
            return self.link
        async with self._reaching:
            if self._closed:
                raise LinkGone("it was stopped")
            if self.link is None:
                greeting = await self._greet(self._link)
                self.link = self._link
                self._events.child_connected()
                self._stop_listening()
                self._listening = asyncio.create_task(listen(self._link, greeting))
            return self.link

    async def ended(self, seconds: float) -> bool:
        """See Connection. There is no child."""
        return False

    def lost(self, link: Link) -> None:
        """See Connection. What others still wait for on it is left alone."""
        if link is self.link:
            self.link = None

    async def close(self) -> None:
        """See Connection."""
        self._closed = True
        self.link = None
        self._stop_listening()
        await self._link.close()

    def _stop_listening(self) -> None:
        if self._listening:
            self._listening.cancel()
