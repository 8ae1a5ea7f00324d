"""The list of services, which programs ask for again and again: encoded when it has changed, and kept until it does."""

from collections.abc import Mapping, Sequence
from operator import is_
from typing import Any

from hub_launch.run.messages import raw
from hub_launch.run.server import Server


class Listing:
    """All servers as services (`models.Services`), in JSON."""

    def __init__(self, servers: Mapping[str, Server]) -> None:
        """`servers` may come and go, and are looked up in it each time."""
        self._servers = servers
        self._known: Sequence[object] = ()
        self._encoded = b""

    def encoded(self) -> bytes:
        """The document."""
        # Nothing else is told of a server, and both are replaced by others when anything about them changes.
        now = [part for server in self._servers.values() for part in (server.status, server.offer)]
        if not self._encoded or len(now) != len(self._known) or not all(map(is_, now, self._known)):
            self._encoded = bytes(raw({"services": list(map(_service, self._servers.values()))}))
            self._known = now
        return self._encoded


def _service(server: Server) -> Mapping[str, Any]:
    """`models.Service`; without pydantic, since that would have FastAPI's models imported for it."""
    status = server.status
    return {
        "name": status.id,
        "title": status.title,
        "healthy": server.serving,
        "state": status.state,
        "reason": status.reason,
        "tools": [tool.name for tool in server.offer.tools] if server.listed else [],
    }
