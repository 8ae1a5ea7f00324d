"""Who wants to hear of which resource: servers are told of the first and of the last, each client hears only its own.

A server of the older protocol is told of each resource (`resources/subscribe`); one of the newer of all together, by a
request that stays open (`subscriptions/listen`).
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import UNSET, Raw

from hub_launch.hub.attempts import of_one
from hub_launch.hub.outcome import Outcome, Refused
from hub_launch.hub.passing import ACKNOWLEDGED, UPDATED
from hub_launch.run.background import Background
from hub_launch.run.eras import LEGACY
from hub_launch.run.messages import NO_FIELDS, Fields, Message, error_text, fields_of, raw, text_of, texts_of
from hub_launch.run.server import Server

# A client that asks for more does so by mistake: each is kept, and told to the server again after every restart.
MAX_SUBSCRIPTIONS = 1_000
# A server that takes no subscription within this time is not going to.
ACKNOWLEDGE_SECONDS = 10.0
# A subscription that ended by itself is made again after this time, ever later.
FIRST_WAIT_SECONDS = 1.0
MAX_WAIT_SECONDS = 60.0

Told = Callable[[Fields], None]
"""Told the parameters of a server's notification, with the server's own address. Must not wait."""

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Upstream:
    """What is wanted of one server."""

    wanted: dict[str, dict[Hashable, Told]] = field(default_factory=dict)
    """By the server's address for the resource, and by client."""
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    listening: "asyncio.Task[None] | None" = None
    again: asyncio.Event = field(default_factory=asyncio.Event)


class Subscriptions:
    """Those of all clients of a hub. An Ear."""

    def __init__(self, servers: Mapping[str, Server]) -> None:
        self._servers = servers
        self._upstream: dict[str, _Upstream] = {}
        self._background = Background()

    async def add(self, server: Server, uri: str, client: Hashable, told: Told) -> Message:
        """Have a client told of a resource, by the server's own address. The server's answer, also where it refuses.

        Raises Refused.
        """
        upstream = self._upstream.setdefault(server.status.id, _Upstream())
        async with upstream.changing:
            if sum(client in clients for clients in upstream.wanted.values()) >= MAX_SUBSCRIPTIONS:
                raise Refused(f"no more than {MAX_SUBSCRIPTIONS:,} subscriptions of one client", Outcome.REFUSED)
            clients = upstream.wanted.setdefault(uri, {})
            clients[client] = told
            if len(clients) > 1:
                return _DONE
            try:
                answer = await self._begin(server, upstream, uri)
            except BaseException:
                upstream.wanted.pop(uri, None)
                raise
            if answer.error is not UNSET:
                upstream.wanted.pop(uri, None)
            server.kept_awake = bool(upstream.wanted)
            return answer

    async def remove(self, server: Server, uri: str, client: Hashable) -> Message:
        """Tell a client no more of a resource. The server's answer. Raises Refused."""
        upstream = self._upstream.setdefault(server.status.id, _Upstream())
        async with upstream.changing:
            clients = upstream.wanted.get(uri, {})
            clients.pop(client, None)
            if clients:
                return _DONE
            upstream.wanted.pop(uri, None)
            server.kept_awake = bool(upstream.wanted)
            return await self._end(server, upstream, uri)

    @contextlib.contextmanager
    def of(self, client: Hashable) -> Iterator[None]:
        """Forget a client's when this is over."""
        try:
            yield
        finally:
            self.forget(client)

    def forget(self, client: Hashable) -> None:
        """A client is gone."""
        for name, upstream in self._upstream.items():
            for uri, clients in list(upstream.wanted.items()):
                if client in clients and (server := self._servers.get(name)):
                    self._background.start(self._removed(server, uri, client))

    def heard(self, server: str, message: Message) -> None:
        """See Ear."""
        if message.method == UPDATED:
            self._updated(server, message)

    def connected(self, server: str) -> None:
        """See Ear."""
        upstream = self._upstream.get(server)
        if upstream and upstream.wanted:
            upstream.again.set()
            self._background.start(self._subscribe_again(server, upstream))

    async def close(self) -> None:
        """Listen no more."""
        tasks = [upstream.listening for upstream in self._upstream.values() if upstream.listening]
        for task in tasks:
            task.cancel()
        await self._background.close()

    async def _begin(self, server: Server, upstream: _Upstream, uri: str) -> Message:
        if server.era == LEGACY:
            return await of_one(server, "resources/subscribe", {"uri": raw(uri)})
        if uri not in await self._listen_anew(server, upstream):
            raise Refused(f"server '{server.status.id}' does not tell when that changes", Outcome.REFUSED)
        return _DONE

    async def _end(self, server: Server, upstream: _Upstream, uri: str) -> Message:
        if server.era == LEGACY:
            return await of_one(server, "resources/unsubscribe", {"uri": raw(uri)})
        await self._listen_anew(server, upstream)
        return _DONE

    async def _removed(self, server: Server, uri: str, client: Hashable) -> None:
        with contextlib.suppress(Refused):
            await self.remove(server, uri, client)

    async def _subscribe_again(self, name: str, upstream: _Upstream) -> None:
        """Tell a server of the older protocol again what is wanted of it."""
        async with upstream.changing:
            server = self._servers.get(name)
            if server is None:
                return
            server.kept_awake = True
            if server.era != LEGACY:
                # It listens still, and was woken, unless the server had been taken out of the hub.
                if upstream.listening is None or upstream.listening.done():
                    await self._listen_anew(server, upstream)
                return
            for uri in upstream.wanted:
                try:
                    answer = await of_one(server, "resources/subscribe", {"uri": raw(uri)})
                except Refused as refusal:
                    _log.warning("a subscription was lost: %s", refusal)
                    return
                if answer.error is not UNSET:
                    _log.warning("%s takes a subscription no more: %s", name, error_text(answer))

    async def _listen_anew(self, server: Server, upstream: _Upstream) -> frozenset[str]:
        """Have a server of the newer protocol tell of what is wanted now, and of what it agreed to tell."""
        old, upstream.listening = upstream.listening, None
        agreed: asyncio.Future[frozenset[str]] = asyncio.get_running_loop().create_future()
        try:
            if upstream.wanted:
                upstream.listening = self._background.start(self._listen(server.status.id, upstream, agreed))
                async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
                    return await agreed
        except TimeoutError as late:
            said = f"server '{server.status.id}' took no subscription within {ACKNOWLEDGE_SECONDS:g} s"
            raise Refused(said, Outcome.LATE) from late
        finally:
            # The old one last, so that nothing is missed between them.
            if old:
                old.cancel()
        return frozenset()

    async def _listen(self, name: str, upstream: _Upstream, agreed: "asyncio.Future[frozenset[str]]") -> None:
        """Listen for as long as anything is wanted, however often the connection is lost."""

        def heard(message: Message) -> bool:
            fields = fields_of(message.params) or {}
            if message.method == ACKNOWLEDGED:
                wanted = fields_of(fields.get("notifications", NO_FIELDS)) or {}
                if not agreed.done():
                    agreed.set_result(frozenset(texts_of(wanted.get("resourceSubscriptions"))))
            elif message.method == UPDATED:
                self._updated(name, message)
            return message.method in (ACKNOWLEDGED, UPDATED)

        wait = FIRST_WAIT_SECONDS
        while server := self._servers.get(name):
            upstream.again.clear()
            params = {"notifications": raw({"resourceSubscriptions": list(upstream.wanted)})}
            try:
                answer = await of_one(server, "subscriptions/listen", params, heard, seconds=None)
                why = error_text(answer) if answer.error is not UNSET else "it ended them"
            except Refused as refusal:
                why = str(refusal)
            if not agreed.done():
                agreed.set_exception(Refused(f"server '{name}' takes no subscription: {why}", Outcome.REFUSED))
                # Told to whoever waits, who may have given up.
                agreed.exception()
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await upstream.again.wait()
            wait = min(wait * 2, MAX_WAIT_SECONDS)

    def _updated(self, server: str, message: Message) -> None:
        upstream = self._upstream.get(server)
        fields = fields_of(message.params) or {}
        uri = text_of(fields.get("uri"))
        if upstream is None or uri is None:
            return
        for told in _concerned(upstream.wanted, uri).values():
            told(fields)


def _concerned(wanted: Mapping[str, dict[Hashable, Told]], uri: str) -> dict[Hashable, Told]:
    """Who is told of a resource: whoever wants it, or something that it is a part of."""
    if uri in wanted:
        return wanted[uri]
    found: dict[Hashable, Told] = {}
    for whole, clients in wanted.items():
        if uri.startswith(whole if whole.endswith("/") else f"{whole}/"):
            found |= clients
    return found


_DONE = Message("2.0", result=Raw(b"{}"))
