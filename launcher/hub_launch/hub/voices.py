"""What servers say of their own accord, log messages above all: each client hears only what is its own.

What comes on the stream of an answer belongs to the request, as does what a server of the newer protocol logs while one
request alone wants its log messages. Of anything else nobody knows whose it is: a client hears it only while it is the
only one that the server has.
"""

import contextlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from hub_launch.hub.asking import Client
from hub_launch.hub.attempts import of_one
from hub_launch.hub.caller import Caller
from hub_launch.hub.desk import Desk
from hub_launch.hub.levels import SET_LEVEL, USUAL, least_severe, with_log_level
from hub_launch.hub.outcome import Refused
from hub_launch.hub.passing import LOG, is_for_clients, passed_on
from hub_launch.run.background import Background
from hub_launch.run.eras import LEGACY
from hub_launch.run.messages import Fields, Message, raw
from hub_launch.run.server import Server


@dataclass(slots=True)
class _There:
    """Whom a server has."""

    callers: set[Caller] = field(default_factory=set)
    """Of requests that are under way."""
    clients: dict[Client, bool] = field(default_factory=dict)
    """With a session in which they asked it for something; whether they have all servers together."""


class Voices:
    """Who is there to hear what each server of a hub says. An Ear."""

    def __init__(self, servers: Mapping[str, Server]) -> None:
        self._servers = servers
        self._there: dict[str, _There] = defaultdict(_There)
        self._desks: dict[Client, Desk] = {}
        """Of clients that said what they want to hear."""
        self._told: dict[str, str] = {}
        """The level that each server of the older protocol was told."""
        self._background = Background()

    def enter(self, server: Server, caller: Caller) -> None:
        """A request is passed on to a server."""
        there = self._there[server.status.id]
        there.callers.add(caller)
        if caller.client:
            there.clients[caller.client] = caller.prefixed

    def leave(self, server: Server, caller: Caller) -> None:
        """The request is over."""
        self._there[server.status.id].callers.discard(caller)

    def forget(self, client: Client) -> None:
        """A client's session is over."""
        self._desks.pop(client, None)
        for there in self._there.values():
            there.clients.pop(client, None)

    def heard(self, server: str, message: Message) -> None:
        """See Ear: this belongs to no request that could be told."""
        there = self._there.get(server)
        if there is None:
            return
        callers, current = there.callers, self._servers.get(server)
        if message.method == LOG and current and current.era != LEGACY:
            # It logs for those requests alone that ask for it.
            callers = {one for one in callers if one.hears_logs}
            present = {one.client or one for one in callers}
        else:
            present = {*there.clients, *(one for one in callers if one.client is None)}
        if len(present) == 1 and is_for_clients(message):
            self._tell(server, present.pop(), callers, message)

    def connected(self, server: str) -> None:
        """See Ear."""
        self._told.pop(server, None)
        if self._wanted(server):
            self._background.start(self._tell_level_again(server))

    async def set_level(self, desk: Desk, client: Client, level: str) -> None:
        """Take what a client of the older protocol wants to hear, and tell the servers that log. Raises Refused."""
        client.level = level
        self._desks[client] = desk
        for server in desk.servers.values():
            # Of one that each session has for itself, that one is told (hub_launch.hub.whom).
            if not server.isolated and server.serving and not server.resting and server.declares("logging"):
                await self._tell_level(server)

    async def with_level(self, server: Server, params: Fields, caller: Caller) -> Fields:
        """The parameters of a request for a server that logs, and is told how much of that the client wants to hear."""
        if caller.client and server.era != LEGACY:
            return with_log_level(params, caller.level or USUAL)
        if caller.modern and caller.level:
            # The request itself is what matters.
            with contextlib.suppress(Refused):
                await self._tell_level(server)
        return params

    async def close(self) -> None:
        """Tell nobody any more."""
        await self._background.close()

    def _tell(self, server: str, one: Client | Caller, callers: set[Caller], message: Message) -> None:
        if isinstance(one, Caller):
            one.hear(message)
            return
        # On the stream of its request, where there is one, so that it comes before the answer.
        if mine := [caller for caller in callers if caller.client is one]:
            mine[-1].hear(message)
        elif line := passed_on(message, server, one.level, prefixed=self._there[server].clients[one]):
            one.tell(line)

    def _wanted(self, server: str) -> str | None:
        """The level with which all who are there hear what they want."""
        of_clients = [client.level for client, desk in self._desks.items() if server in desk.servers and client.level]
        of_requests = [one.level for one in self._there[server].callers if one.modern and one.level]
        return least_severe(of_clients + of_requests)

    async def _tell_level(self, server: Server) -> None:
        name, level = server.status.id, self._wanted(server.status.id)
        if server.era != LEGACY or level is None or self._told.get(name) == level:
            return
        self._told[name] = level
        await of_one(server, SET_LEVEL, {"level": raw(level)})

    async def _tell_level_again(self, name: str) -> None:
        server = self._servers.get(name)
        if server and server.declares("logging"):
            try:
                await self._tell_level(server)
            except Refused:
                # It is gone again, and told when it is back.
                self._told.pop(name, None)
