"""The addresses at which MCP is spoken: one for all servers together, and one for each that is in the hub."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hub_launch.hub.asking import Client
from hub_launch.hub.desk import Desk
from hub_launch.hub.full import FRONT
from hub_launch.hub.sessions import Crowd, Sessions
from hub_launch.run.server import Server

_FRONT_PATH = "/mcp"
_BEFORE, _AFTER = "/servers/", "/mcp"


@dataclass(slots=True)
class Endpoint:
    """One address: whom it serves, and the sessions opened at it."""

    server: str
    """An id, or full.FRONT."""
    root: str
    """What FastMCP's application is mounted at."""
    desk: Desk
    sessions: Sessions


class Endpoints:
    """Looks up endpoints by their paths among the servers that there are now."""

    def __init__(self, servers: Mapping[str, Server], on_end: Callable[[Client], None], alone: str = "") -> None:
        """on_end: told whose session is over. alone: the server that `/mcp` is of, under its own names; it has no other
        address then.
        """
        self._servers = servers
        self._on_end = on_end
        self._alone = alone
        self._crowd = Crowd()
        self._front = Endpoint(FRONT, "", Desk(servers, prefixed=True), Sessions(on_end, self._crowd))
        self._singles: dict[str, Endpoint] = {}

    def get(self, path: str) -> Endpoint | None:
        """The endpoint at `path`; None if there is none, or not any more."""
        if path == _FRONT_PATH:
            return self._single(self._alone) if self._alone else self._front
        if self._alone or not (path.startswith(_BEFORE) and path.endswith(_AFTER)):
            return None
        return self._single(path[len(_BEFORE) : -len(_AFTER)])

    def __iter__(self) -> Iterator[Endpoint]:
        return iter((self._front, *self._singles.values()))

    def sessions(self) -> int:
        """How many sessions are open at all of them."""
        return sum(len(one.sessions) for one in self)

    def _single(self, name: str) -> Endpoint | None:
        server = self._servers.get(name)
        endpoint = self._singles.get(name)
        if endpoint and endpoint.desk.servers[name] is server:
            return endpoint
        self._forget_strangers()
        if server is None:
            return None
        root = "" if self._alone else f"{_BEFORE}{name}"
        sessions = Sessions(self._on_end, self._crowd)
        made = self._singles[name] = Endpoint(name, root, Desk({name: server}, prefixed=False), sessions)
        return made

    def _forget_strangers(self) -> None:
        """Those of servers that are gone, of whatever name: nobody may ever ask for theirs again.

        Of another server of the same id clients have to greet it anew.
        """
        for name, endpoint in list(self._singles.items()):
            if endpoint.desk.servers[name] is not self._servers.get(name):
                endpoint.sessions.end_all()
                del self._singles[name]
