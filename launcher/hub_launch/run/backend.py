"""One server, local or remote: reached when it is wanted, and asked what it offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hub_launch.plan import HttpLaunch, Launch, StdioLaunch
from hub_launch.run.connection import ChildEvents, Connection
from hub_launch.run.eras import LEGACY, for_server
from hub_launch.run.handshake import AUTO, Hello, greet
from hub_launch.run.link import Answerer, Link, LinkGone, OnProgress, OnTold, ProtocolError
from hub_launch.run.lists import ask_offer
from hub_launch.run.local import LocalConnection
from hub_launch.run.messages import Fields, Message
from hub_launch.run.mirrored import HeaderMap, mirrored, param_headers
from hub_launch.run.offer import Greeting, Offer
from hub_launch.run.remote_connection import OpenLink, RemoteConnection, open_link
from hub_launch.run.spawning import Spawn, Spawned, spawn

# The first start of a package downloads it and all it needs.
START_SECONDS = 120
# Between a closed pipe and the end of its process.
EXIT_SECONDS = 2
# A tool may search, build or draw; an assistant waits about as long.
CALL_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Behalf:
    """One client, for which alone a connection is made."""

    hello: Hello
    answer: Answerer
    """Asks it what the server asks."""


class Backend:
    """The connection to one server. Requests share one child, or one address."""

    def __init__(
        self,
        launch: Launch,
        log: Path,
        events: ChildEvents,
        era: str | None = None,
        *,
        spawn: Spawn = spawn,
        open_link: OpenLink = open_link,
        behalf: Behalf | None = None,
    ) -> None:
        """Connect nothing yet. era: what an earlier connection found out, so that the server is not asked again.

        behalf: whom the server may ask; nobody, where all clients share the connection.
        """
        self.launch = launch
        self.greeting: Greeting | None = None
        """Of the latest handshake."""
        self._mode = era or AUTO
        self._behalf = behalf
        self._headers: Mapping[str, HeaderMap] = {}
        self._connection: Connection
        if isinstance(launch, StdioLaunch):
            self._connection = LocalConnection(launch, log, events, self._greet, spawn)
        else:
            self._connection = RemoteConnection(launch, events, self._greet, open_link(launch, events.heard))

    @property
    def era(self) -> str | None:
        """`legacy`, or the version of the 2026 protocol that it speaks; None until that is known."""
        return None if self._mode == AUTO else self._mode

    @property
    def link(self) -> Link | None:
        """The connection, once the handshake is over; None when there is none."""
        return self._connection.link

    @property
    def child(self) -> Spawned | None:
        """The latest child of a local server, dead or alive."""
        return self._connection.child

    async def request(
        self,
        method: str,
        params: Fields,
        on_progress: OnProgress | None = None,
        on_told: OnTold | None = None,
    ) -> Message:
        """The server's response; see Link. Raises LinkGone, and HubError when it cannot be started or reached."""
        try:
            link = await self._connection.reach()
        except LinkGone as gone:
            gone.sent = False
            raise
        try:
            stated = for_server(self._mode, params)
            if self._headers and method == "tools/call":
                headers = param_headers(self._headers, params)
                return await link.request(method, stated, on_progress, on_told, headers=headers)
            return await link.request(method, stated, on_progress, on_told)
        except LinkGone:
            self._connection.lost(link)
            raise

    async def reach(self) -> Link:
        """The connection, made if there is none. Raises as request() does."""
        return await self._connection.reach()

    async def probe(self) -> None:
        """Ask what costs the server least, to see whether it answers. Raises as request() does; an error is an answer.

        A remote server is reached anew where the connection to it was lost. A child is never started for this.
        """
        if self.link or not isinstance(self.launch, StdioLaunch):
            await self.request("ping" if self._mode == LEGACY else "server/discover", {})

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
        self._mode = LEGACY
        try:
            return await self._offer()
        except Exception:
            # Waited for, so that whoever explains the failure knows how the child ended.
            await self.died()
            raise

    async def close(self) -> None:
        """End the connection for good, and wait until the child and its own children are gone."""
        await self._connection.close()

    async def died(self) -> bool:
        """Whether the child is gone and cleared away. Its pipe closes a moment before it ends: that is waited for."""
        return self.child is not None and await self._connection.ended(EXIT_SECONDS)

    async def _offer(self) -> Offer:
        await self.reach()
        if self.greeting is None:
            raise LinkGone
        offer = await ask_offer(self.request, self.greeting)
        if isinstance(self.launch, HttpLaunch) and self._mode != LEGACY:
            offer, self._headers = mirrored(offer)
        return offer

    async def _greet(self, link: Link) -> Greeting:
        if self._behalf:
            link.answer_with(self._behalf.answer)
        try:
            self.greeting = await greet(link, self._mode, self._behalf.hello if self._behalf else None)
        except ProtocolError:
            # What it spoke the last time is no help any more.
            self._mode = AUTO
            raise
        # Later requests, and later children, need not find out again.
        self._mode = self.greeting.era
        return self.greeting
