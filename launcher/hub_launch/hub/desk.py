"""What clients are told of servers and their offers: greetings and lists, made of the bytes that the servers sent."""

import asyncio
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Raw

from hub_launch.hub.naming import split_name, tool_name, uri_name
from hub_launch.run.eras import HUB, LEGACY_VERSIONS, MODERN, SERVER_INFO_KEY
from hub_launch.run.messages import Fields, as_object, fields_of, raw
from hub_launch.run.offer import KINDS, Definition, Kind, Offer
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

_CAPABILITIES = {
    "prompts": {"listChanged": True},
    "resources": {"subscribe": False, "listChanged": True},
    "tools": {"listChanged": True},
}
# A list may change at any time, so that nobody keeps it without asking.
_FRESH = {"cacheScope": "private", "ttlMs": 0, "resultType": "complete"}


@dataclass(frozen=True, slots=True)
class _Known:
    """An offer as it is passed on."""

    offer: Offer
    lists: Mapping[str, bytes]
    """Definitions, joined by commas, by the offer's field."""
    tools: Mapping[str, Definition]


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
        self._known: dict[str, _Known] = {}

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
        joined = b",".join(
            filter(None, (self._of(server).lists[field] for server in self.servers.values() if server.listed))
        )
        return Raw(b'{"' + KINDS[field].key.encode() + b'":[' + joined + (_MODERN_END if modern else b"]}"))

    def welcome(self, version: str | None) -> Raw:
        """The result of `initialize` for a client that wants that version."""
        return raw(
            {
                "protocolVersion": version if version in LEGACY_VERSIONS else LEGACY_VERSIONS[-1],
                "capabilities": _CAPABILITIES,
                "serverInfo": self._info(),
                **self._instructions(),
            }
        )

    def discovery(self) -> Raw:
        """The result of `server/discover`."""
        about = {SERVER_INFO_KEY: self._info()}
        words = {"supportedVersions": [MODERN], "capabilities": _CAPABILITIES, **self._instructions()}
        return raw({**words, **_FRESH, "_meta": about})

    def split(self, name: str) -> tuple[Server | None, str]:
        """The server of the tool called `name`, and its own name for it."""
        if not self.prefixed:
            return next(iter(self.servers.values())), name
        server, own = split_name(name)
        return self.servers.get(server), own

    def tool(self, server: Server, name: str) -> Definition | None:
        """A server's tool, by its own name for it."""
        return self._of(server).tools.get(name)

    async def _start_is_over(self, server: Server) -> None:
        seconds = server.patience(LIST_WAIT_SECONDS)
        # Whoever waits for one has it start first; whoever waits for all does not.
        await (server.start_is_over(seconds) if self.prefixed else server.settled(seconds))

    def _of(self, server: Server) -> _Known:
        known = self._known.get(server.status.id)
        if known is None or known.offer is not server.offer:
            known = self._known[server.status.id] = self._made(server.status.id, server.offer)
        return known

    def _made(self, server: str, offer: Offer) -> _Known:
        lists = {field: self._joined(server, kind, getattr(offer, field)) for field, kind in KINDS.items()}
        return _Known(offer, lists, {tool.name: tool for tool in offer.tools})

    def _joined(self, server: str, kind: Kind, definitions: tuple[Definition, ...]) -> bytes:
        if not self.prefixed:
            return b",".join(bytes(one.raw) for one in definitions)
        rename = tool_name if kind.name == "name" else uri_name
        return b",".join(bytes(_renamed(one, kind.name, rename(server, one.name))) for one in definitions)

    def _info(self) -> Mapping[str, Any]:
        if self.prefixed:
            return HUB
        server = next(iter(self.servers.values()))
        greeting = server.offer.greeting
        return (greeting.server_info if greeting else None) or {"name": server.status.id, "version": ""}

    def _instructions(self) -> dict[str, str]:
        if self.prefixed:
            return {"instructions": introductions([server.status for server in self.servers.values()])}
        instructions = next(iter(self.servers.values())).offer.instructions
        return {} if instructions is None else {"instructions": instructions}


def introductions(statuses: list[Status]) -> str:
    """The instructions of the hub itself."""
    names = "; ".join(_introduction(status) for status in statuses)
    return f"Tools of several servers, each named <server>_<tool>. Servers: {names}."


def _introduction(status: Status) -> str:
    return f"{status.id} ({status.title})" if status.title != status.id else status.id


def _renamed(definition: Definition, field: str, name: str) -> Raw:
    fields: Fields = fields_of(definition.raw) or {}
    return as_object({**fields, field: raw(name)})


_MODERN_END = b"]," + bytes(raw(_FRESH))[1:]
