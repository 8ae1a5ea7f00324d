"""The addresses at which MCP is spoken: one for all servers together, and one for each that is in the hub."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hub_launch.hub.asking import Client
from hub_launch.hub.desk import Desk, desk_of
from hub_launch.hub.full import FRONT
from hub_launch.hub.sessions import Crowd, Sessions
from hub_launch.hub.singles import Singles
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
        self._on_end = on_end
        self._alone = alone
        self._crowd = Crowd()
        self._front = Endpoint(FRONT, "", Desk(servers, prefixed=True), Sessions(on_end, self._crowd))
        self._singles = Singles(servers, self._endpoint, _end)

    def get(self, path: str) -> Endpoint | None:
        """The endpoint at `path`; None if there is none, or not any more."""
        if path == _FRONT_PATH:
            return self._singles.get(self._alone) if self._alone else self._front
        if self._alone or not (path.startswith(_BEFORE) and path.endswith(_AFTER)):
            return None
        return self._singles.get(path[len(_BEFORE) : -len(_AFTER)])

    def __iter__(self) -> Iterator[Endpoint]:
        return iter((self._front, *self._singles))

    def sessions(self) -> int:
        """How many sessions are open at all of them."""
        return sum(len(one.sessions) for one in self)

    def _endpoint(self, server: Server) -> Endpoint:
        name = server.status.id
        root = "" if self._alone else f"{_BEFORE}{name}"
        return Endpoint(name, root, desk_of(server), Sessions(self._on_end, self._crowd))


def _end(endpoint: Endpoint) -> None:
    """Of another server of the same id clients have to greet it anew."""
    endpoint.sessions.end_all()
