"""What a connection to a server is made of, however it is reached."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from hub_launch.run.link import Link
from hub_launch.run.messages import Message
from hub_launch.run.offer import Greeting
from hub_launch.run.spawning import Spawned

Greet = Callable[[Link], Awaitable[Greeting]]
"""Shakes hands over a link that is new."""


class ChildEvents(Protocol):
    """Whoever decides when a child may be started, and wants to know what becomes of it."""

    def may_start(self) -> None:
        """Raise HubError if a child that ended must not be started again yet."""
        ...

    def child_connected(self) -> None:
        """A child was started and its session is open."""
        ...

    def child_ended(self, child: Spawned) -> None:
        """A child ended without having been asked to."""
        ...

    def heard(self, message: Message) -> None:
        """The server said something of its own accord. Must not wait."""
        ...


class Connection(Protocol):
    """See LocalConnection and RemoteConnection."""

    link: Link | None
    """After the handshake, and until it is known to be over."""
    child: Spawned | None
    """The latest child of a local server, dead or alive."""

    async def reach(self) -> Link:
        """The link, made if there is none. Raises LinkGone, and HubError when it cannot be started."""
        ...

    async def ended(self, seconds: float) -> bool:
        """Whether a child is gone and cleared away, or will be within that time."""
        ...

    def lost(self, link: Link) -> None:
        """Hear that a request found `link` gone."""
        ...

    async def close(self) -> None:
        """End it for good, and wait until nothing is left of it."""
        ...
