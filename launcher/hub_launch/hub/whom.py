"""Whom a client's request goes to: the child that all clients share, or what this client has of a server for itself."""

import asyncio
from collections.abc import Awaitable

from msgspec import Raw, UnsetType

from hub_launch.errors import HubError
from hub_launch.hub.asking import CAPABILITIES, Client
from hub_launch.hub.attempts import Request, response
from hub_launch.hub.caller import Caller
from hub_launch.hub.desk import Desk
from hub_launch.hub.growing import Growing
from hub_launch.hub.held import HeldCalls, Where
from hub_launch.hub.levels import USUAL, with_log_level
from hub_launch.hub.outcome import Outcome, Refused
from hub_launch.hub.own_desk import OwnDesk
from hub_launch.hub.own_servers import OwnServers
from hub_launch.hub.rounds import Unanswered, in_rounds
from hub_launch.run.backend import CALL_SECONDS
from hub_launch.run.background import Background
from hub_launch.run.eras import CLIENT_CAPABILITIES_KEY, LEGACY
from hub_launch.run.link import Unreadable
from hub_launch.run.messages import NO_FIELDS, Fields, Message, fields_of
from hub_launch.run.server import Server
from hub_launch.run.state import State, Status
from hub_launch.run.supervisor import Supervisor

# The requests to which a server of the newer protocol may answer that it needs more input.
INTERACTIVE = frozenset({"tools/call", "prompts/get", "resources/read"})
# What a client says of its own accord that concerns its own servers alone.
_PASSED_ON = frozenset({"notifications/roots/list_changed", "notifications/progress"})
# A server that is restarted is so for everybody.
_ENDED = frozenset({State.PENDING, State.STOPPED, State.QUARANTINED})


class Whom:
    """Looks after what clients have for themselves, in one hub."""

    def __init__(self, supervisor: Supervisor, growing: Growing | None = None) -> None:
        """growing: answers the calls that add a server to the hub, where there is somebody to add it."""
        self.own = OwnServers()
        self.held = HeldCalls(self.own)
        self._servers = supervisor.servers
        self._growing = growing
        # A client has one address, and so one desk.
        self._desks: dict[Client, OwnDesk] = {}
        self._background = Background()
        supervisor.subscribe(self._changed)

    def asking(self, server: Server, method: str, params: Fields, caller: Caller) -> Awaitable[Message] | None:
        """The response under way of what a client has for itself, or of one that may ask it; None for any other.

        Raises Refused when it is awaited.
        """
        if not server.serving:
            return None
        on_progress = caller.report if caller.token else None
        if self._growing and self._growing.takes(server, method, params):
            return _explained(server, self._grown(self._growing, method, params, caller))
        if caller.modern:
            if server.isolated and method in INTERACTIVE and _era(server) == LEGACY and _may_be_asked(params):
                where = Where.of(*caller.place, method, params, prefixed=caller.prefixed)
                return _explained(
                    server,
                    self.held.request(lambda held: self.own.of(held, server), where, params, on_progress, caller.tell),
                )
            return None
        client = caller.client
        if client is None:
            return None
        if server.isolated:
            return _explained(server, self._of_its_own(server, client, method, params, caller))
        if client.may_be_asked and method in INTERACTIVE and _era(server) != LEGACY:
            return _explained(server, _rounds(server, client, method, params, caller))
        return None

    async def desk(self, desk: Desk, client: Client | None) -> Desk:
        """The desk with what a client's own servers offer it, which are started for that."""
        isolated = [server for server in desk.servers.values() if server.isolated and server.listed] if client else []
        if client is None or not isolated:
            return desk
        await asyncio.gather(*(self._offer_is_known(client, server) for server in isolated))
        return self.desk_now(desk, client)

    def desk_now(self, desk: Desk, client: Client) -> Desk:
        """The same with those that there are."""
        if not self.own.known(client):
            return desk
        if client not in self._desks:
            self._desks[client] = OwnDesk(desk, lambda: self.own.known(client))
        return self._desks[client]

    def tell(self, client: Client, method: str, params: Raw | UnsetType) -> None:
        """Pass on what a client says of its own accord, to its own servers."""
        if method in _PASSED_ON:
            for own in self.own.known(client).values():
                self._background.start(own.tell(method, params if isinstance(params, Raw) else NO_FIELDS))

    async def set_level(self, client: Client) -> None:
        """Tell a client's own servers what log messages it wants to hear; those that start later hear of it then."""
        for own in list(self.own.known(client).values()):
            await own.tell_level()

    def end(self, client: Client) -> None:
        """A client's session is over."""
        self._desks.pop(client, None)
        self.own.end(client)
        self._background.start(client.close())

    async def close(self) -> None:
        """End everything."""
        self.held.close()
        await self.own.close()
        await self._background.close()

    async def _of_its_own(self, server: Server, client: Client, method: str, params: Fields, caller: Caller) -> Message:
        own, on_progress = self.own.of(client, server), caller.report if caller.token else None
        with client.through(caller.tell), own.use.one():
            await own.started()
            if own.logs and own.era != LEGACY:
                params = with_log_level(params, client.level or USUAL)
            if own.era == LEGACY or not client.may_be_asked:
                return await own.request(method, params, on_progress)
            return await in_rounds(client, params, lambda fields: own.request(method, fields, on_progress), own.answer)

    async def _grown(self, growing: Growing, method: str, params: Fields, caller: Caller) -> Message:
        """The response to a call that adds a server, of which the client's user is asked in either protocol."""
        if caller.client:
            with caller.client.through(caller.tell):
                return await growing.asked_by(caller.client).request(method, params)
        where = Where.of(*caller.place, method, params, prefixed=caller.prefixed)
        return await self.held.request(growing.asked_by, where, params, None, caller.tell)

    async def _offer_is_known(self, client: Client, server: Server) -> None:
        try:
            own = self.own.of(client, server)
        except HubError:
            # Too many: it is told so when it calls something. What all are shown is shown to it.
            return
        await own.shown()

    def _changed(self, status: Status) -> None:
        if status.state in _ENDED or status.id not in self._servers:
            self.own.end_all_of(status.id)


async def _rounds(server: Server, client: Client, method: str, params: Fields, caller: Caller) -> Message:
    """Rounds with a server that all share; each has a time limit of its own, and the client's answers another."""
    on_progress = caller.report if caller.token else None
    with client.through(caller.tell):
        return await in_rounds(
            client,
            params,
            lambda fields: response(server, Request(method, fields, on_progress, caller.hear)),
            client.answer,
        )


async def _explained(server: Server, asking: Awaitable[Message]) -> Message:
    """The response. Raises Refused, with the reason, where there is none."""
    name = server.status.id
    try:
        return await asking
    except TimeoutError as late:
        raise Refused(f"server '{name}' did not answer within {CALL_SECONDS} s", Outcome.LATE) from late
    except Unreadable as error:
        raise Refused(f"server '{name}' sent an answer that {error}", Outcome.BROKEN) from error
    except HubError as error:
        text = error.message
        raise Refused(text if name in text else f"server '{name}' cannot be asked: {text}", Outcome.DOWN) from error
    except Unanswered as error:
        raise Refused(f"server '{name}' needs more input: {error}", Outcome.REFUSED) from error


def _era(server: Server) -> str | None:
    """The era that the server speaks; None where that is not known yet."""
    greeting, backend = server.offer.greeting, server.backend
    return (backend.era if backend else None) or (greeting.era if greeting else None)


def _may_be_asked(params: Fields) -> bool:
    """Whether the client of a request of the newer protocol said that it can be asked for anything."""
    meta = fields_of(params.get("_meta", NO_FIELDS)) or {}
    declared = fields_of(meta.get(CLIENT_CAPABILITIES_KEY, NO_FIELDS)) or {}
    return not declared.keys().isdisjoint(CAPABILITIES.values())
