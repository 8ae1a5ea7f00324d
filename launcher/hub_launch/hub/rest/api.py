"""The REST API as a FastAPI application.

To add a route: write it into the file of its subject, or into a new one with a line in ROUTERS.
"""

import functools
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from hub_launch.hub.door import ALIVE_PATH
from hub_launch.hub.rest import about, control, docs, publish, servers, services
from hub_launch.hub.rest.bodies import Typed
from hub_launch.hub.rest.described import Described
from hub_launch.hub.rest.events import Watchers
from hub_launch.hub.rest.means import Means
from hub_launch.hub.rest.models import (
    CallRequest,
    EntryProblem,
    GoneEvent,
    HubEvent,
    Problem,
    ServerEvent,
    StatusEvent,
    ToolProblem,
)
from hub_launch.hub.rest.problems import answer_problems, problems
from hub_launch.version import __version__

ROUTERS = (about.router, servers.router, control.router, services.router, publish.router, docs.router)

_INTRODUCTION = """\
What can be asked about the servers of a hub, and done with them, without speaking MCP. Errors are problem documents \
(RFC 9457). No route takes a command: servers are known by their ids."""

# What answers refer to without FastAPI's knowing.
_MORE: tuple[type[Described], ...] = (
    CallRequest,
    EntryProblem,
    ToolProblem,
    Problem,
    StatusEvent,
    ServerEvent,
    GoneEvent,
    HubEvent,
)


def build_api(means: Means) -> FastAPI:
    """The application for a hub."""
    app = FastAPI(title="hub-launch", version=__version__, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.means = means
    app.state.watchers = Watchers(means.supervisor)
    app.add_middleware(Typed)
    answer_problems(app)
    for router in ROUTERS:
        app.include_router(router)
    # The way that FastAPI documents.
    app.openapi = functools.cache(functools.partial(describe, app))  # type: ignore[method-assign]
    return app


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of exactly what is served."""
    document = get_openapi(
        title=app.title, version=app.version, summary="The hub's REST API", description=_INTRODUCTION, routes=app.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    _leave_out_unused(document, schemas)
    for model in _MORE:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    if app.state.means.asks:
        _ask_for_a_token(document)
    return document


def _ask_for_a_token(document: dict[str, Any]) -> None:
    """Say that all but the hub's pulse is for who knows the token."""
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    refused = problems({HTTPStatus.UNAUTHORIZED: "There is no token with the request, or a wrong one."})
    for path, methods in document["paths"].items():
        for operation in methods.values() if path != ALIVE_PATH else ():
            operation["security"] = [{"token": []}]
            operation["responses"] |= {str(status): one for status, one in refused.items()}


def _leave_out_unused(document: dict[str, Any], schemas: dict[str, Any]) -> None:
    """FastAPI's own form of errors, which is described wherever an address has a part that varies."""
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path in document["paths"].values():
        for operation in path.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
