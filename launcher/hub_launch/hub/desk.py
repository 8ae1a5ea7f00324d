"""What clients are told of servers and their offers: greetings and lists, made of the bytes that the servers sent."""

import asyncio
from collections.abc import Container, Mapping
from typing import Any

from msgspec import Raw

from hub_launch.hub.capabilities import Capabilities, of_all, of_one
from hub_launch.hub.metatools import CALL, SEARCH
from hub_launch.hub.methods import RESOURCE, TOOL, Named
from hub_launch.hub.naming import CUT, prefix_of, split_name, split_uri
from hub_launch.hub.offered import Offered, offered
from hub_launch.hub.shelves import Shelf
from hub_launch.hub.toolsearch import ToolSearch
from hub_launch.hub.usage import usage
from hub_launch.run.eras import HUB, LEGACY_VERSIONS, MODERN, SERVER_INFO_KEY
from hub_launch.run.messages import raw
from hub_launch.run.offer import KINDS, Definition, Offer
from hub_launch.run.selection import SHOW_ALL, Selection
from hub_launch.run.server import Server
from hub_launch.run.state import Status

# A client that asks for tools right after it started the hub gets those of servers that need this long, if none is up
# before; assistants wait for a minute.
LIST_WAIT_SECONDS = 25
# Once some are up, a list waits this long for the next one: a server that hangs must not keep those that work from
# their users. Whoever comes later is news to all clients.
NEXT_WAIT_SECONDS = 0.9

LISTS = {kind.method: field for field, kind in KINDS.items()}
"""The methods that ask for a list, with its field of an offer."""

# A list may change at any time, so that nobody keeps it without asking.
_FRESH = {"cacheScope": "private", "ttlMs": 0, "resultType": "complete"}


class _Everybody:
    """All ids there ever are."""

    def __contains__(self, server: object) -> bool:
        return True


class Desk:
    """Several servers under names of the hub's, or one server under its own."""

    def __init__(self, servers: Mapping[str, Server], *, prefixed: bool) -> None:
        """`servers` by id; together they may come and go, and are looked up in it each time."""
        self.servers = servers
        self.prefixed = prefixed
        self.everybody: Container[str] = _Everybody() if prefixed else frozenset(servers)
        """Whose changes concern the clients: of all together, also those that are not there yet, or no more."""
        self.search = ToolSearch(self.shelves, self._count, lambda: self._selection)
        self._known: dict[str, Offered] = {}

    async def settled(self) -> None:
        """Wait until it is known what every server offers; not for ever for those of which that is not known yet."""
        waiting = {asyncio.create_task(self._start_is_over(one)) for one in self.servers.values() if not one.told}
        try:
            while waiting:
                some = any(server.listed for server in self.servers.values())
                done, waiting = await asyncio.wait(
                    waiting, timeout=NEXT_WAIT_SECONDS if some else None, return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    return
        finally:
            for task in waiting:
                task.cancel()

    def listed(self, method: str, *, modern: bool) -> Raw:
        """The result of one of the LISTS."""
        field = LISTS[method]
        if field == "tools" and self.searches:
            return Raw(b'{"tools":[' + self.search.definitions() + (_MODERN_END if modern else b"]}"))
        joined = b",".join(
            filter(None, (self.known_of(server).lists[field] for server in self.servers.values() if server.listed))
        )
        return Raw(b'{"' + KINDS[field].key.encode() + b'":[' + joined + (_MODERN_END if modern else b"]}"))

    @property
    def searches(self) -> bool:
        """Whether the tools that clients are shown are those that search the others."""
        return self.prefixed and self.search.on

    def takes(self, name: str) -> bool:
        """Whether a tool of the hub's own is called by that name here."""
        return self.prefixed and self.search.takes(name)

    def shelves(self) -> list[Shelf]:
        """The tools that can be called, under the names that clients know."""
        return [self.known_of(server).shelf for server in self.servers.values() if server.listed]

    def welcome(self, version: str | None) -> Raw:
        """The result of `initialize` for a client that wants that version."""
        return raw(
            {
                "protocolVersion": version if version in LEGACY_VERSIONS else LEGACY_VERSIONS[-1],
                "capabilities": self._capabilities(modern=False),
                "serverInfo": self._info(),
                **self._instructions(),
            }
        )

    def discovery(self) -> Raw:
        """The result of `server/discover`."""
        about = {SERVER_INFO_KEY: self._info()}
        words = {"supportedVersions": [MODERN], "capabilities": self._capabilities(modern=True), **self._instructions()}
        return raw({**words, **_FRESH, "_meta": about})

    @property
    def only(self) -> Server:
        """The server of a desk that has one."""
        return next(iter(self.servers.values()))

    def find(self, about: Named) -> tuple[Server | None, str]:
        """The server of what a client calls so, and what is left of the name without the server's part."""
        if not self.prefixed:
            return self.only, about.name
        if about.kind == RESOURCE:
            return self._find_resource(about.name)
        prefix, rest = split_name(about.name)
        return self._by_prefix(prefix), rest

    def own_name(self, server: Server, kind: str, rest: str) -> str | None:
        """The server's own name for its thing, of which `rest` is left of the hub's name; None if it has none such.

        A server that is alone is asked for whatever a client wants, unless that is hidden: it knows best.
        """
        if kind == RESOURCE:
            return rest
        definition = self.known_of(server).own[kind].get(rest)
        if definition:
            return definition.name
        hidden = kind == TOOL and server.selection.hides
        return None if self.prefixed or hidden or _has(server.whole, kind, rest) else rest

    def names(self, server: Server, kind: str) -> list[str]:
        """What is left of the hub's names for a server's tools or prompts."""
        return list(self.known_of(server).own[kind])

    def tool(self, server: Server, rest: str) -> Definition | None:
        """A server's tool, by what is left of the hub's name for it."""
        return self.known_of(server).own[TOOL].get(rest)

    def _by_prefix(self, prefix: str) -> Server | None:
        server = self.servers.get(prefix)
        if server or CUT not in prefix:
            return server
        return next((one for name, one in self.servers.items() if prefix_of(name) == prefix), None)

    def _find_resource(self, uri: str) -> tuple[Server | None, str]:
        """Also by the server's own address, which results of its tools may have told, where one server has it."""
        prefix, own = split_uri(uri)
        if server := self._by_prefix(prefix):
            return server, own
        return next((one for one in self.servers.values() if uri in self.known_of(one).uris), None), uri

    async def _start_is_over(self, server: Server) -> None:
        seconds = server.patience(LIST_WAIT_SECONDS)
        # Whoever waits for one has it start first; whoever waits for all does not.
        await (server.start_is_over(seconds) if self.prefixed else server.settled(seconds))

    def offer_of(self, server: Server) -> Offer:
        """What clients are shown of a server."""
        return server.offer

    def known_of(self, server: Server) -> Offered:
        """The same as it is passed on."""
        known, offer = self._known.get(server.status.id), self.offer_of(server)
        if known is None or known.offer is not offer or known.selection is not server.selection:
            known = self._known[server.status.id] = offered(server, offer, prefixed=self.prefixed)
        return known

    @property
    def _selection(self) -> Selection:
        """What the user says of tools, which every server of a hub knows."""
        return next((server.selection for server in self.servers.values()), SHOW_ALL)

    def _count(self) -> int:
        return sum(len(server.offer.tools) for server in self.servers.values())

    def _capabilities(self, *, modern: bool) -> Capabilities:
        return of_all(self.servers.values()) if self.prefixed else of_one(self.only, modern=modern)

    def _info(self) -> Mapping[str, Any]:
        if self.prefixed:
            return HUB
        server = next(iter(self.servers.values()))
        greeting = server.offer.greeting
        return (greeting.server_info if greeting else None) or {"name": server.status.id, "version": ""}

    def _instructions(self) -> dict[str, str]:
        if self.prefixed:
            servers = list(self.servers.values())
            hub = introductions([server.status for server in servers], searches=self.searches)
            return {"instructions": hub + usage(servers)}
        instructions = next(iter(self.servers.values())).offer.instructions
        return {} if instructions is None else {"instructions": instructions}


def desk_of(server: Server) -> Desk:
    """One server under its own names."""
    return Desk({server.status.id: server}, prefixed=False)


def introductions(statuses: list[Status], *, searches: bool = False) -> str:
    """The instructions of the hub itself."""
    names = "; ".join(_introduction(status) for status in statuses)
    found = f" {SEARCH} finds them, and {CALL} calls what was found." if searches else ""
    return f"Tools of several servers, each named <server>_<tool>.{found} Servers: {names}."


def _introduction(status: Status) -> str:
    return f"{status.id} ({status.title})" if status.title != status.id else status.id


def _has(offer: Offer, kind: str, name: str) -> bool:
    """Whether a tool or prompt is in an offer."""
    return any(one.name == name for one in (offer.tools if kind == TOOL else offer.prompts))


_MODERN_END = b"]," + bytes(raw(_FRESH))[1:]
