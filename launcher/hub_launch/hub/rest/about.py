"""Routes about the hub itself."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from hub_launch.hub.problem import Refusal
from hub_launch.hub.rest.events import MAX_STREAMS, EventStream, Watchers
from hub_launch.hub.rest.known import AHub, AView
from hub_launch.hub.rest.models import (
    GoneEvent,
    HubEvent,
    HubHealth,
    Pong,
    ServerEvent,
    StatusDocument,
    StatusEvent,
    Version,
)
from hub_launch.hub.rest.problems import Problems, problems
from hub_launch.run.eras import LEGACY_VERSIONS, MODERN
from hub_launch.version import __version__

router = APIRouter(tags=["hub"])


@router.get("/v0/ping")
async def ping() -> Pong:
    """Whether the hub answers."""
    return Pong(pong=True, version=__version__)


@router.get("/v0/version")
async def version() -> Version:
    """What answers, and which versions of MCP it speaks."""
    return Version(version=__version__, protocol_versions=(MODERN, *reversed(LEGACY_VERSIONS)))


@router.get("/v0/health")
async def health(view: AView) -> HubHealth:
    """How the hub does, in few words."""
    return view.health()


@router.get("/v0/status")
async def status(view: AView) -> StatusDocument:
    """Everything that a page about the hub needs."""
    return view.document()


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"description": "Metrics in the form that the Accept header wants."}},
)
async def metrics(request: Request, means: AHub) -> Response:
    """Servers by state, calls, errors, latency, restarts and sessions, for Prometheus."""
    # Here, since few hubs are watched: 20 ms and two megabytes.
    from hub_launch.hub.rest.metrics import exposition

    body, kind = exposition(means, request.headers.get("accept", ""))
    return Response(body, headers={"content-type": kind})


_EVENTS = (StatusEvent, ServerEvent, GoneEvent, HubEvent)
_STREAM: Problems = {
    200: {
        "description": "Events without an end, each with one of these documents as its data.",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "itemSchema": {"anyOf": [{"$ref": f"#/components/schemas/{one.__name__}"} for one in _EVENTS]},
            }
        },
    }
}
_FULL = f"{MAX_STREAMS} such streams are open already."


@router.get(
    "/v0/events",
    status_code=HTTPStatus.OK,
    response_class=EventStream,
    responses=_STREAM | problems({HTTPStatus.SERVICE_UNAVAILABLE: _FULL}),
)
async def events(request: Request, view: AView) -> EventStream:
    """What /v0/status says, and then each change of it."""
    watchers: Watchers = request.app.state.watchers
    if watchers.full:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, _FULL)
    return EventStream(watchers, view)
