"""Sessions that several hubs share: what one has begun, another goes on with.

Each hub has its sessions in its own memory, and looks for one that it does not know in the store. A store's keys are
digests, so that whoever reads it cannot speak in anybody's session; who can write to it can make sessions up, which
let nobody in: the door asks everybody for the token, whatever their session.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Awaitable, Iterable
from typing import TypeVar

import msgspec

from hub_launch.hub.asking import Client
from hub_launch.hub.caller import Caller
from hub_launch.hub.calls import relay
from hub_launch.hub.endpoints import Endpoint
from hub_launch.hub.levels import SET_LEVEL, is_level
from hub_launch.hub.listening import SUBSCRIBING
from hub_launch.hub.news import News
from hub_launch.hub.outcome import Answer
from hub_launch.hub.regular import Request
from hub_launch.hub.sessions import Session
from hub_launch.hub.stores import Kept, Store, StoreDown
from hub_launch.hub.whom import Whom
from hub_launch.run.background import Background
from hub_launch.run.messages import fields_of, raw, read_message, text_of

# A client's greeting is some hundred bytes; a larger one stays with the hub that it was said to.
MAX_BYTES = 64 * 1024
# Subscriptions that go along; whoever has more asks for the rest again.
MAX_URIS = 256
# After the last hub that has it is gone: a laptop that sleeps overnight finds its session again.
KEPT_SECONDS = 24 * 3600
# How often those of this hub are kept for longer; a few of these may fail.
PROLONG_SECONDS = 3600.0
# Keys told in one message.
_BATCH = 500

CHANGES = SUBSCRIBING | {SET_LEVEL}
"""The requests with which a client changes what another hub has to know of its session."""

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


class Shared:
    """The sessions of one hub that others may go on with."""

    def __init__(self, store: Store, news: News, whom: Whom) -> None:
        self._store = store
        self._news = news
        self._whom = whom
        self._background = Background()
        self._down = False

    async def opened(self, endpoint: Endpoint, session: Session) -> None:
        """Keep one that began. Where the store is down it stays this hub's alone."""
        with contextlib.suppress(StoreDown):
            await self._put(endpoint, session)

    async def changes(self, endpoint: Endpoint, session: Session, request: Request) -> None:
        """Keep what one of the CHANGES says."""
        if request.method == SET_LEVEL:
            level = text_of(request.params.get("level"))
            session.level = level if is_level(level) else session.level
        elif uri := text_of(request.params.get("uri")):
            session.uris.discard(uri)
            if request.method == "resources/subscribe" and len(session.uris) < MAX_URIS:
                session.uris.add(uri)
        with contextlib.suppress(StoreDown):
            await self._put(endpoint, session)

    async def found(self, endpoint: Endpoint, name: bytes | None) -> bool:
        """Take a session up that this hub does not know, if any does. False where nobody can tell."""
        if name is None or name in endpoint.sessions:
            return True
        try:
            kept = _kept(await self._asked(self._store.get(_key(endpoint, name), MAX_BYTES)))
        except StoreDown:
            return False
        # Another request of the session may have found it meanwhile.
        if kept and name not in endpoint.sessions:
            self._take_up(endpoint, name, kept)
        return True

    async def ended(self, endpoint: Endpoint, session: Session) -> None:
        """Forget one that its client has ended."""
        with contextlib.suppress(StoreDown):
            await self._asked(self._store.drop(_key(endpoint, session.id)))

    async def prolong(self, endpoints: Iterable[Endpoint]) -> None:
        """From time to time, keep those of this hub for longer, and let go of those that ended elsewhere."""
        while True:
            await asyncio.sleep(PROLONG_SECONDS)
            for endpoint in list(endpoints):
                with contextlib.suppress(StoreDown):
                    await self.prolong_once(endpoint)

    async def prolong_once(self, endpoint: Endpoint) -> None:
        """Those of one endpoint. Raises StoreDown."""
        mine = [one for one in endpoint.sessions if one.kept]
        for first in range(0, len(mine), _BATCH):
            batch = mine[first : first + _BATCH]
            keys = [_key(endpoint, one.id) for one in batch]
            there = await self._asked(self._store.prolong(keys, KEPT_SECONDS))
            for session in (one for one, is_there in zip(batch, there, strict=True) if not is_there):
                endpoint.sessions.drop(session.id)

    async def close(self) -> None:
        """Let go of the store."""
        await self._background.close()
        with contextlib.suppress(StoreDown, Exception):
            await self._store.close()

    def _take_up(self, endpoint: Endpoint, name: bytes, kept: Kept) -> None:
        params = fields_of(message.params) if (message := read_message(kept.hello.encode())) else None
        if params is None:
            return
        client = Client(params, prefixed=endpoint.desk.prefixed)
        session = endpoint.sessions.take_up(name, kept.hello.encode(), client)
        session.kept, session.level, session.uris = True, kept.level, set(kept.uris)
        again = [(SET_LEVEL, {"level": raw(kept.level)})] if is_level(kept.level) else []
        again += [("resources/subscribe", {"uri": raw(uri)}) for uri in kept.uris]
        for method, about in again:
            # As the client said it, to the hub that it said it to.
            caller = Caller(False, client.tell, client, self._whom, (endpoint.root, None), self._news, session=name)
            self._background.start(_said(relay(endpoint.desk, method, about, caller)))

    async def _put(self, endpoint: Endpoint, session: Session) -> None:
        value = msgspec.json.encode(Kept(session.hello.decode(), session.level, tuple(sorted(session.uris))))
        if len(value) <= MAX_BYTES:
            await self._asked(self._store.put(_key(endpoint, session.id), value, KEPT_SECONDS))
            session.kept = True

    async def _asked(self, asking: Awaitable[_Answer]) -> _Answer:
        """What the store answers; that it is down is said once, and that it is back. Raises StoreDown."""
        try:
            answer = await asking
        except StoreDown as down:
            if not self._down:
                _log.warning("sessions are not shared with other hubs: %s", down)
            self._down = True
            raise
        if self._down:
            _log.warning("sessions are shared with other hubs again")
        self._down = False
        return answer


async def _said(answering: Awaitable[Answer]) -> None:
    """The client had its answer before."""
    await answering


def _key(endpoint: Endpoint, name: bytes) -> str:
    """Of a session at one address. The name is as good as a key, and is not to be read off the store."""
    return "mcp-hub:session:" + hashlib.sha256(endpoint.server.encode() + b"\n" + name).hexdigest()


def _kept(value: bytes) -> Kept | None:
    if not value or len(value) > MAX_BYTES:
        return None
    try:
        kept = msgspec.json.decode(value, type=Kept)
    except msgspec.DecodeError:
        # Somebody else's, or of a later version.
        return None
    return kept if len(kept.uris) <= MAX_URIS else None
