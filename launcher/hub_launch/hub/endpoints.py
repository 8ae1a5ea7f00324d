"""The addresses at which MCP is spoken: one for all servers together, and one for each that is in the hub."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hub_launch.hub.asking import Client
from hub_launch.hub.desk import Desk
from hub_launch.hub.full import FRONT
from hub_launch.hub.sessions import Sessions
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

    def __init__(self, servers: Mapping[str, Server], on_end: Callable[[Client], None]) -> None:
        """on_end: told whose session is over."""
        self._servers = servers
        self._on_end = on_end
        self._front = Endpoint(FRONT, "", Desk(servers, prefixed=True), Sessions(on_end))
        self._singles: dict[str, Endpoint] = {}

    def get(self, path: str) -> Endpoint | None:
        """The endpoint at `path`; None if there is none, or not any more."""
        if path == _FRONT_PATH:
            return self._front
        if not (path.startswith(_BEFORE) and path.endswith(_AFTER)):
            return None
        return self._single(path[len(_BEFORE) : -len(_AFTER)])

    def sessions(self) -> int:
        """How many sessions are open at all of them."""
        return sum(len(one.sessions) for one in (self._front, *self._singles.values()))

    def _single(self, name: str) -> Endpoint | None:
        server = self._servers.get(name)
        endpoint = self._singles.get(name)
        if endpoint and (server is None or endpoint.desk.servers[name] is not server):
            # Of another server of the same id clients have to greet it anew.
            endpoint.sessions.end_all()
            del self._singles[name]
            endpoint = None
        if server is None:
            return None
        if endpoint is None:
            endpoint = Endpoint(name, f"{_BEFORE}{name}", Desk({name: server}, prefixed=False), Sessions(self._on_end))
            self._singles[name] = endpoint
        return endpoint
