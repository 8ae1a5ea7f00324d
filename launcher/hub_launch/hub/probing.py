"""`/livez` and `/readyz`, for whoever starts, watches and balances hubs: Kubernetes, a load balancer."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub_launch.hub.problem import problem
from hub_launch.hub.replica import Replica
from hub_launch.run.server import Server
from hub_launch.run.state import State


class Probing:
    """Answers them."""

    def __init__(self, servers: Mapping[str, Server], replica: Replica) -> None:
        self._servers = servers
        self._replica = replica

    async def live(self, _: Request) -> Response:
        """200 while it makes sense to go on; 503 for a server by itself that was given up, and has to begin anew."""
        only = self._servers.get(self._replica.alone)
        if only and only.status.state is State.FAILED:
            # Why, its log says: who asks here proved nothing.
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "its server was given up")
        return _FINE

    async def ready(self, _: Request) -> Response:
        """200 for whom requests may be sent to; 503 while it starts, and from when it was told to end."""
        why = self._not_ready()
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, why) if why else _FINE

    def _not_ready(self) -> str:
        if self._replica.leaving.announced:
            return "this hub was told to end"
        if self._replica.alone:
            only = self._servers.get(self._replica.alone)
            return "" if only and only.listed else "its server is not up"
        # One server of many that does not come up is no reason to send nobody to the others.
        return "" if all(server.told for server in self._servers.values()) else "servers are starting"


_FINE = JSONResponse({"ok": True})
