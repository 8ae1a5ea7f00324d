"""Routes that make of each server a service: is it well, and call it. See `fast`, which answers most of it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from hub_launch.hub.rest.bodies import JSON
from hub_launch.hub.rest.calling import call, read_call
from hub_launch.hub.rest.known import UNKNOWN, AHub, named
from hub_launch.hub.rest.models import CallRequest, CallResult, ServiceHealth, Services, ToolProblem
from hub_launch.hub.rest.problems import BODY, PROBLEM, Problems, problems
from hub_launch.run.server import Server

router = APIRouter(tags=["services"])


async def service_of(means: AHub, name: Annotated[str, Path(description="The id of its server.")]) -> Server:
    """The server that the address names. Raises Refusal (404)."""
    return named(means, name)


AService = Annotated[Server, Depends(service_of)]


@router.get("/api/services", response_model=Services)
async def services(means: AHub) -> Response:
    """All servers, with the names of their tools."""
    return Response(means.listing.encoded(), media_type=JSON)


@router.get("/api/services/{name}/health", responses=problems(UNKNOWN))
async def service_health(server: AService) -> ServiceHealth:
    """Whether a service may be called."""
    status = server.status
    return ServiceHealth(
        name=status.id, healthy=server.serving, state=status.state, reason=status.reason, hint=status.hint
    )


TOOL_FAILED: Problems = {
    424: {
        "description": "The tool ran and says that it failed.",
        "content": {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{ToolProblem.__name__}"}}},
    }
}


@router.post(
    "/api/services/{name}/call",
    response_model=CallResult,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{CallRequest.__name__}"}}},
        }
    },
    responses=TOOL_FAILED
    | problems(
        BODY
        | {
            HTTPStatus.NOT_FOUND: "There is no server of that id, or it has no tool of that name.",
            HTTPStatus.UNPROCESSABLE_ENTITY: "The body is not as described, or the server finds the arguments wrong.",
            HTTPStatus.BAD_GATEWAY: "The server's answer is an error, or none that can be read.",
            HTTPStatus.SERVICE_UNAVAILABLE: "The server is not up; the reason is told.",
            HTTPStatus.GATEWAY_TIMEOUT: "The server did not answer in time.",
        }
    ),
)
async def service_call(means: AHub, server: AService, request: Request) -> Response:
    """Call a tool, and wait for what it says. Who goes away cancels it."""
    return await call(means, server, read_call(await request.body()), request.scope, request.receive)
