"""Routes that start and end servers: those of this hub, by their ids, and never a command."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import APIRouter

from hub_launch.errors import HubError
from hub_launch.hub.problem import Refusal
from hub_launch.hub.rest.known import UNKNOWN, AHub, AServer, AView, named
from hub_launch.hub.rest.means import Means
from hub_launch.hub.rest.models import Reloaded, Runtime
from hub_launch.hub.rest.problems import conflict, problems
from hub_launch.hub.rest.view import View

router = APIRouter(tags=["control"])

_CANNOT = problems(UNKNOWN | {HTTPStatus.CONFLICT: "It cannot be done with this server now; the reason is told."})


@router.post("/v0/servers/{id}/start", responses=_CANNOT)
async def start(means: AHub, view: AView, server: AServer) -> Runtime:
    """Start a server that is not running, in the background; nothing happens to one that is."""
    return await _ordered(means, view, server.status.id, means.supervisor.start_one)


@router.post("/v0/servers/{id}/stop", responses=_CANNOT)
async def stop(means: AHub, view: AView, server: AServer) -> Runtime:
    """End a server, when its calls under way are over, and leave it ended."""
    return await _ordered(means, view, server.status.id, means.supervisor.stop)


@router.post("/v0/servers/{id}/restart", responses=_CANNOT)
async def restart(means: AHub, view: AView, server: AServer) -> Runtime:
    """End a server and start it again in the background; calls wait for it."""
    return await _ordered(means, view, server.status.id, means.supervisor.restart)


@router.post("/v0/reload", responses=problems({HTTPStatus.CONFLICT: "There is no configuration, or it is wrong."}))
async def reload(means: AHub) -> Reloaded:
    """Read the configuration again, and have the hub consist of what it says."""
    if means.abilities.reload is None:
        raise Refusal(HTTPStatus.CONFLICT, "this hub was not started from a configuration file (`hub-launch run`)")
    try:
        return Reloaded(changed=tuple(await means.abilities.reload()))
    except HubError as error:
        raise conflict(error) from error


async def _ordered(means: Means, view: View, name: str, order: Callable[[str], Awaitable[None]]) -> Runtime:
    """What is known of the server after the order was carried out."""
    try:
        await order(name)
    except HubError as error:
        raise conflict(error) from error
    # It may have been taken out of the hub in the meantime.
    return view.row(named(means, name))
