"""What clients have of a server for themselves alone: a child of their own, or a session of their own with a remote."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Raw

from hub_launch.errors import HubError
from hub_launch.hub.asking import Party
from hub_launch.hub.naming import uri_name
from hub_launch.run.backend import CALL_SECONDS, START_SECONDS, Backend, Behalf
from hub_launch.run.background import Background
from hub_launch.run.changes import NOTIFICATIONS, is_list_changed
from hub_launch.run.eras import LEGACY
from hub_launch.run.idle import Use
from hub_launch.run.instance import DRAIN_SECONDS, REFRESH_SECONDS
from hub_launch.run.link import LinkGone, OnProgress, Question, Reply
from hub_launch.run.messages import NO_FIELDS, Fields, Message, as_object, fields_of, notification, raw, text_of
from hub_launch.run.offer import KINDS, Offer
from hub_launch.run.patience import Patience
from hub_launch.run.reasons import explain, explain_exit
from hub_launch.run.selection import Selection
from hub_launch.run.server import Server
from hub_launch.run.spawning import Spawned
from hub_launch.text import printable

# Of all clients together. A child takes some 50 MB, and one for each of a person's assistants is far fewer.
MAX_OWN = 32
# A child whose client neither asked anything for so long, nor has a stream open, ends; the next request starts another.
IDLE_SECONDS = 30 * 60
# A list waits so long for a client's own child; what all clients are shown is shown until it is there.
LIST_SECONDS = 5

# What a server says to its one client besides answers, and the hub has no part in.
_PASSED_ON = frozenset(
    {"notifications/message", "notifications/resources/updated", "notifications/elicitation/complete"}
)


_log = logging.getLogger(__name__)


class Own:
    """One server as one client has it. See ChildEvents for what it hears of its child."""

    def __init__(self, server: Server, client: Party, log: Path) -> None:
        self.server = server
        self.log = log
        self.whole: Offer | None = None
        """What it offers this client, as far as that was agreed to; once it is known."""
        self.withheld: frozenset[str] = frozenset()
        """Tools that were not agreed to."""
        self.use = Use(time.monotonic, asyncio.sleep)
        self._client = client
        self._patience = Patience(CALL_SECONDS)
        self._shown: Offer | None = None
        self._visible: tuple[tuple[Offer | None, Selection], Offer | None] | None = None
        self._ended = ""
        self._backend: Backend | None = None
        self._starting = asyncio.create_task(self._start())
        # Told to whoever waits; that nobody does is no defect.
        self._starting.add_done_callback(lambda task: task.cancelled() or task.exception())
        self._refreshing: asyncio.Task[None] | None = None

    @property
    def offer(self) -> Offer | None:
        """What the client is shown of that; the same object for as long as it is the same."""
        of = self.whole, self.server.selection
        if self._visible is None or any(old is not new for old, new in zip(self._visible[0], of, strict=True)):
            self._visible = of, self.server.visible(self.whole) if self.whole else None
        return self._visible[1]

    @property
    def era(self) -> str | None:
        """The era that it speaks with this client."""
        return self._backend.era if self._backend else None

    async def request(self, method: str, params: Fields, on_progress: OnProgress | None = None) -> Message:
        """Its response. Raises HubError, TimeoutError, and Unreadable."""
        with self.use.one():
            backend = await self.started()
            self._require_agreed(method, params)
            try:
                async with self._patience.call():
                    return await backend.request(method, params, on_progress)
            except LinkGone as gone:
                raise HubError(await self._why_gone(backend, gone)) from gone

    async def tell(self, method: str, params: Raw) -> None:
        """Pass on what the client says to its server, if that is there."""
        if link := self._backend.link if self._backend else None:
            with contextlib.suppress(LinkGone):
                await link.notify(method, params)

    async def started(self) -> Backend:
        """Wait until it is there. Raises HubError that says why not."""
        await asyncio.wait([self._starting])
        if self._starting.cancelled():
            raise HubError(f"server '{self.server.status.id}' was ended with its session")
        return self._starting.result()

    async def shown(self) -> Offer | None:
        """What the client is to be shown; it is told when that changes. None: what all clients are shown."""
        with contextlib.suppress(HubError, TimeoutError), self.use.one():
            async with asyncio.timeout(LIST_SECONDS):
                await self.started()
        self._shown = self.offer or self.server.offer
        return self.offer

    async def answer(self, question: Question) -> Reply:
        """Ask the client; no call of its times out meanwhile."""
        with self._patience.question():
            return await self._client.answer(question)

    async def close(self) -> None:
        """End it, and wait until nothing is left of it."""
        for task in (self._starting, self._refreshing):
            if task:
                task.cancel()
                await asyncio.wait([task])
        if self._backend:
            await self._backend.close()

    def failed(self) -> bool:
        """Whether it could not be started."""
        return self._starting.done() and (self._starting.cancelled() or self._starting.exception() is not None)

    def may_start(self) -> None:
        """See ChildEvents. It is started by its client's requests alone, one after the other."""

    def child_connected(self) -> None:
        """See ChildEvents."""
        if self._starting.done():
            self._refresh_soon()

    def child_ended(self, child: Spawned) -> None:
        """See ChildEvents."""
        self._ended = explain_exit(child)

    def heard(self, message: Message) -> None:
        """See ChildEvents."""
        if is_list_changed(message):
            self._refresh_soon()
        elif message.method in _PASSED_ON and isinstance(message.method, str):
            params = message.params if isinstance(message.params, Raw) else NO_FIELDS
            self._client.tell(notification(message.method, self._named(params)))

    async def _connected(self, era: str) -> Backend:
        behalf = Behalf(self._client.hello, self.answer)
        self._backend = await self.server.connect_for(behalf, self.log, self, era)
        return self._backend

    async def _start(self) -> Backend:
        """In the client's own version of the protocol, in which servers ask; where there is none, in the newer."""
        try:
            async with asyncio.timeout(START_SECONDS):
                backend = await self._first_connection()
        except HubError:
            raise
        except Exception as error:
            reason = explain(error, self._backend, self.log)[0] if self._backend else str(error)
            name = self.server.status.id
            raise HubError(f"server '{name}' could not be started for this session: {reason}") from error
        self._tell_changes()
        return backend

    async def _first_connection(self) -> Backend:
        shared = self.server.backend.era if self.server.backend else None
        backend = await self._connected(LEGACY)
        try:
            self._take(await backend.connect())
        except Exception:
            if shared in (None, LEGACY):
                raise
        else:
            return backend
        await backend.close()
        backend = await self._connected(shared)
        self._take(await backend.connect())
        return backend

    def _take(self, offer: Offer) -> None:
        self.whole = self.server.agreed(offer)
        withheld = {tool.name for tool in offer.tools} - {tool.name for tool in self.whole.tools}
        if withheld - self.withheld:
            names = ", ".join(map(printable, sorted(withheld)))
            _log.warning("%s offers one client tools that were not agreed to: %s", self.server.status.id, names)
        self.withheld = frozenset(withheld)

    async def _why_gone(self, backend: Backend, gone: LinkGone) -> str:
        name = self.server.status.id
        if await backend.died():
            return (
                f"server '{name}' {self._ended or 'ended'}; it was this session's own, and the next call starts another"
            )
        return f"server '{name}' did not answer this session: {gone}"

    def _require_agreed(self, method: str, params: Fields) -> None:
        """Raise HubError for a tool that was not agreed to: what is not shown is not called either."""
        tool = text_of(params.get("name")) if method == "tools/call" else None
        if tool in self.withheld:
            raise HubError(f"server '{self.server.status.id}' has a tool '{printable(tool)}' that was not agreed to")

    def _named(self, params: Raw) -> Raw:
        """What a notification says, with the resource in it under the name by which the client knows it."""
        fields = fields_of(params) or {}
        uri = text_of(fields.get("uri")) if self._client.prefixed else None
        return params if uri is None else as_object({**fields, "uri": raw(uri_name(self.server.status.id, uri))})

    def _refresh_soon(self) -> None:
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        await asyncio.sleep(REFRESH_SECONDS)
        # What cannot be asked now is left as it was.
        with contextlib.suppress(Exception):
            self._take(await (await self.started()).connect())
            self._tell_changes()

    def _tell_changes(self) -> None:
        before, now = self._shown, self.offer
        if before is None or now is None:
            return
        changed = {kind.capability for field, kind in KINDS.items() if getattr(before, field) != getattr(now, field)}
        for capability in sorted(changed):
            self._client.tell(notification(NOTIFICATIONS[capability], NO_FIELDS))


class OwnServers:
    """Those of all of a hub's clients."""

    def __init__(self) -> None:
        self._most = MAX_OWN
        self._idle_seconds = IDLE_SECONDS
        self._of: dict[Party, dict[str, Own]] = {}
        self._slots: dict[Path, Own] = {}
        self._watching: dict[Own, asyncio.Task[None]] = {}
        self._background = Background()
        self._closing = asyncio.Event()

    def of(self, client: Party, server: Server) -> Own:
        """The client's own; begun if there is none. Raises HubError when there are too many."""
        name = server.status.id
        own = self._of.get(client, {}).get(name)
        if own is None or own.failed() or own.server is not server:
            if own:
                self._end(client, own)
            own = self._begin(client, server)
        return own

    def known(self, client: Party) -> Mapping[str, Own]:
        """Those that a client has, by the server's id."""
        return self._of.get(client, {})

    def end(self, client: Party) -> None:
        """Its session is over: end all that it has, in the background."""
        for own in list(self._of.get(client, {}).values()):
            self._end(client, own)

    def end_all_of(self, server: str) -> None:
        """That server is over for all clients; calls under way may finish."""
        for client, mine in list(self._of.items()):
            if own := mine.get(server):
                self._end(client, own, DRAIN_SECONDS)

    async def close(self) -> None:
        """End all, and wait until nothing is left of them."""
        self._closing.set()
        for client in list(self._of):
            self.end(client)
        await self._background.wait()

    def _begin(self, client: Party, server: Server) -> Own:
        if len(self._slots) >= self._most:
            raise HubError(
                f"server '{server.status.id}' is not started for this session: "
                f"clients have {self._most} servers of their own already, which is the most",
                "end a client that needs none any more",
            )
        log = next(log for number in range(self._most) if (log := _log_of(server, number + 1)) not in self._slots)
        own = self._slots[log] = Own(server, client, log)
        self._of.setdefault(client, {})[server.status.id] = own
        self._watching[own] = self._background.start(self._end_when_idle(client, own))
        return own

    def _end(self, client: Party, own: Own, drain_seconds: float = 0) -> None:
        mine = self._of.get(client, {})
        if mine.get(own.server.status.id) is own:
            del mine[own.server.status.id]
        if not mine:
            self._of.pop(client, None)
        self._background.start(self._close(own, drain_seconds))

    async def _close(self, own: Own, drain_seconds: float) -> None:
        if drain_seconds:
            await self._drained(own, drain_seconds)
        if watching := self._watching.pop(own, None):
            watching.cancel()
        await own.close()
        # Counted until it is gone.
        del self._slots[own.log]

    async def _drained(self, own: Own, seconds: float) -> None:
        """Wait until no call goes on, but not for ever, and not when all is closed."""
        ends = {asyncio.ensure_future(own.use.free()), asyncio.ensure_future(self._closing.wait())}
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in ends:
            task.cancel()

    async def _end_when_idle(self, client: Party, own: Own) -> None:
        await own.use.idle(self._idle_seconds)
        while client.listens:
            await own.use.idle(self._idle_seconds)
        self._watching.pop(own, None)
        self._end(client, own)


def _log_of(server: Server, number: int) -> Path:
    """Each has its own: two that write into one file would rotate it at the same time."""
    return server.log.with_name(f"{server.log.stem}.session-{number}.log")
