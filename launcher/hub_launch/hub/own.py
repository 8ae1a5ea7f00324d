"""What clients have of a server for themselves alone: a child of their own, or a session of their own with a remote."""

import asyncio
import contextlib
import logging
import time
from pathlib import Path

from msgspec import UNSET, Raw

from hub_launch.errors import HubError
from hub_launch.hub.asking import Party
from hub_launch.hub.levels import SET_LEVEL
from hub_launch.hub.passing import LOG, told_alone
from hub_launch.hub.subscriptions import MAX_SUBSCRIPTIONS
from hub_launch.run.abilities import named_abilities
from hub_launch.run.backend import CALL_SECONDS, START_SECONDS, Backend, Behalf
from hub_launch.run.background import Background
from hub_launch.run.changes import NOTIFICATIONS, is_list_changed
from hub_launch.run.eras import LEGACY
from hub_launch.run.idle import Use
from hub_launch.run.instance import REFRESH_SECONDS
from hub_launch.run.link import LinkGone, OnProgress, Question, Reply, Unreadable
from hub_launch.run.messages import NO_FIELDS, Fields, Message, notification, raw, text_of
from hub_launch.run.offer import KINDS, Offer
from hub_launch.run.patience import Patience
from hub_launch.run.reasons import explain, explain_exit
from hub_launch.run.selection import Selection
from hub_launch.run.server import Server
from hub_launch.run.spawning import Spawned
from hub_launch.text import printable

# A list waits so long for a client's own child; what all clients are shown is shown until it is there.
LIST_SECONDS = 5

_SUBSCRIBE, _UNSUBSCRIBE = "resources/subscribe", "resources/unsubscribe"

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
        self._refusal = ""
        self._subscribed: set[str | None] = set()
        self._patience = Patience(CALL_SECONDS)
        self._shown: Offer | None = None
        self._visible: tuple[tuple[Offer | None, Selection], Offer | None] | None = None
        self._ended = ""
        self._backend: Backend | None = None
        self._starting = asyncio.create_task(self._start())
        # Told to whoever waits; that nobody does is no defect.
        self._starting.add_done_callback(lambda task: task.cancelled() or task.exception())
        self._refreshing: asyncio.Task[None] | None = None
        self._background = Background()

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

    @property
    def logs(self) -> bool:
        """Whether it said that it has log messages."""
        greeting = self._backend.greeting if self._backend else None
        return greeting is not None and "logging" in greeting.capabilities

    async def request(self, method: str, params: Fields, on_progress: OnProgress | None = None) -> Message:
        """Its response. Raises HubError, TimeoutError, and Unreadable."""
        with self.use.one():
            backend = await self.started()
            self._require_agreed(method, params)
            try:
                async with self._patience.call():
                    message = await backend.request(method, params, on_progress)
            except LinkGone as gone:
                raise HubError(await self._why_gone(backend, gone)) from gone
        if message.error is UNSET:
            self._note(method, params)
        return message

    async def tell_level(self) -> None:
        """Tell it what log messages its client wants to hear, if it is there. In the newer protocol requests do."""
        backend, level = self._backend, self._client.level
        if backend is None or backend.link is None or level is None or not self.logs or self.era != LEGACY:
            return
        # One that goes meanwhile is told when it is back.
        with contextlib.suppress(HubError, LinkGone, TimeoutError, Unreadable):
            async with self._patience.call():
                await backend.request(SET_LEVEL, {"level": raw(level)})

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
        await self._background.close()
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
            self._background.start(self._tell_again())

    def child_ended(self, child: Spawned) -> None:
        """See ChildEvents."""
        self._ended = explain_exit(child)

    def heard(self, message: Message) -> None:
        """See ChildEvents."""
        if is_list_changed(message):
            self._refresh_soon()
        elif message.method != LOG or self._client.hears_logs:
            line = told_alone(message, self.server.status.id, self._client.level, prefixed=self._client.prefixed)
            if line:
                self._client.tell(line)

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
        self._background.start(self.tell_level())
        return backend

    async def _first_connection(self) -> Backend:
        shared = self.server.backend.era if self.server.backend else None
        backend = await self._connected(LEGACY)
        try:
            offer = await backend.connect()
        except Exception:
            if shared in (None, LEGACY):
                raise
            await backend.close()
            backend = await self._connected(shared)
            offer = await backend.connect()
        await self._take(offer)
        return backend

    async def _take(self, offer: Offer) -> None:
        abilities = named_abilities(self._client.hello.capabilities)
        self.whole, refusal = await self.server.agreed(offer, abilities, self.whole)
        if refusal and refusal != self._refusal:
            name = self.server.status.id
            _log.warning(
                "%s offers one client tools that were not agreed to: %s; `hub-launch diff %s` shows them",
                name, refusal, name,
            )  # fmt: skip
        self._refusal = refusal
        self.withheld = frozenset(tool.name for tool in offer.tools) - {tool.name for tool in self.whole.tools}

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
            name = self.server.status.id
            raise HubError(
                f"server '{name}' has a tool '{printable(tool)}' that was not agreed to: {self._refusal}; "
                f"`hub-launch diff {name}` shows them, `hub-launch approve {name}` agrees to them"
            )

    def _note(self, method: str, params: Fields) -> None:
        if method == _SUBSCRIBE and len(self._subscribed) < MAX_SUBSCRIPTIONS:
            self._subscribed.add(text_of(params.get("uri")))
        elif method == _UNSUBSCRIBE:
            self._subscribed.discard(text_of(params.get("uri")))

    async def _tell_again(self) -> None:
        """Tell another child what its client wants to hear of."""
        await self.tell_level()
        for uri in sorted(filter(None, self._subscribed)):
            # One that has it no more, or is gone itself, tells nothing of it.
            with contextlib.suppress(HubError, LinkGone, TimeoutError, Unreadable):
                async with self._patience.call():
                    await (await self.started()).request(_SUBSCRIBE, {"uri": raw(uri)})

    def _refresh_soon(self) -> None:
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        await asyncio.sleep(REFRESH_SECONDS)
        # What cannot be asked now is left as it was.
        with contextlib.suppress(Exception):
            await self._take(await (await self.started()).connect())
            self._tell_changes()

    def _tell_changes(self) -> None:
        before, now = self._shown, self.offer
        if before is None or now is None:
            return
        changed = {kind.capability for field, kind in KINDS.items() if getattr(before, field) != getattr(now, field)}
        for capability in sorted(changed):
            self._client.tell(notification(NOTIFICATIONS[capability], NO_FIELDS))
