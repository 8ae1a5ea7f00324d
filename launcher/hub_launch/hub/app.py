"""The hub's ASGI application: `/mcp`, `/servers/<id>/mcp`, and whether it is alive."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch.hub.access import Access
from hub_launch.hub.asking import Client
from hub_launch.hub.desk import LIST_WAIT_SECONDS
from hub_launch.hub.door import LIVE_PATH, READY_PATH, Door
from hub_launch.hub.endpoints import Endpoints
from hub_launch.hub.fastpath import FastPath
from hub_launch.hub.full import FRONT, NO_SERVER, Full
from hub_launch.hub.growing import Growing, growing_of
from hub_launch.hub.limits import BodyLimit
from hub_launch.hub.news import News
from hub_launch.hub.probing import Probing
from hub_launch.hub.problem import WRONG_METHOD, problem
from hub_launch.hub.replica import Replica
from hub_launch.hub.rest.fast import FastRest
from hub_launch.hub.rest.lazy import Rest
from hub_launch.hub.rest.means import Abilities, Means
from hub_launch.hub.shared import Shared
from hub_launch.hub.statuspage import PLACE, Page
from hub_launch.hub.whom import Whom
from hub_launch.run.supervisor import Supervisor
from hub_launch.version import __version__


def build_app(
    supervisor: Supervisor,
    access: Access | None = None,
    abilities: Abilities | None = None,
    replica: Replica | None = None,
    *,
    fast: bool = True,
) -> Starlette:
    """The application for a supervisor whose servers may still be starting.

    The lifespan starts the servers, and ends them all before it returns.
    access: who may ask; without it whoever is on this machine.
    abilities: what REST can do besides.
    replica: how it stands beside other hubs; without it as one by itself.
    fast: whether the fast path answers what it can; without it everything is answered by FastMCP and FastAPI, alike
    but slower.
    """
    replica = replica or Replica()
    inside = _Inside.of(supervisor, growing_of(abilities), replica)
    means = Means(supervisor, abilities or Abilities(), inside.endpoints.sessions, bool(access and access.asks))
    app = Starlette(
        routes=_routes(supervisor, Probing(supervisor.servers, replica)),
        # Who may ask comes first, for the fast path as for everything.
        middleware=[
            Middleware(Door, access=access),
            Middleware(_Available, supervisor=supervisor, endpoints=inside.endpoints),
            Middleware(FastPath, **inside.for_the_fast_path(), leaving=replica.leaving, fast=fast),
            *([Middleware(FastRest, means=means)] if fast else []),
            Middleware(BodyLimit),
        ],
        exception_handlers={HTTPStatus.METHOD_NOT_ALLOWED: _wrong_method},
        lifespan=inside.lifespan,
    )
    # Whatever is nobody else's, also where no pattern fits: those of Starlette end at a line's end.
    app.router.default = Rest(means)
    # An address is right or wrong: nobody is sent elsewhere.
    app.router.redirect_slashes = False
    # For what runs beside it; see hub.serve.
    app.state.means = means
    return app


def _routes(supervisor: Supervisor, probing: Probing) -> list[BaseRoute]:
    return [
        Route("/v0/ping", _ping),
        Route(LIVE_PATH, probing.live),
        Route(READY_PATH, probing.ready),
        Route("/", Page()),
        Mount(PLACE, app=Page()),
        Mount("/servers", app=_Elsewhere(supervisor)),
    ]


@dataclass(frozen=True)
class _Inside:
    """What is behind the addresses, and begins and ends with the application. shared: None in a hub by itself."""

    supervisor: Supervisor
    full: Full
    news: News
    whom: Whom
    endpoints: Endpoints
    shared: Shared | None

    @classmethod
    def of(cls, supervisor: Supervisor, growing: Growing | None, replica: Replica) -> "_Inside":
        """All of it, nothing of which has begun."""
        news, whom = News(supervisor), Whom(supervisor, growing)

        def ended(client: Client) -> None:
            whom.end(client)
            news.end(client)

        endpoints = Endpoints(supervisor.servers, ended, replica.alone)
        shared = Shared(replica.sessions, news, whom) if replica.sessions else None
        return cls(supervisor, Full(supervisor), news, whom, endpoints, shared)

    def for_the_fast_path(self) -> dict[str, Any]:
        """What it answers from, and passes on to."""
        return {
            "endpoints": self.endpoints,
            "full": self.full,
            "news": self.news,
            "whom": self.whom,
            "shared": self.shared,
        }

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Start the servers; at the end, end whatever there is, in an order in which nobody waits for another."""
        self.supervisor.start()
        prolonging = asyncio.create_task(self.shared.prolong(self.endpoints)) if self.shared else None
        try:
            yield
        finally:
            if self.shared and prolonging:
                prolonging.cancel()
                await self.shared.close()
            # Children are told to end before the sessions that may wait for them.
            await asyncio.gather(self.supervisor.close(), self.whom.close(), self.news.close())
            await self.full.close()


class _Available:
    """Says why a server cannot be spoken to at its own address, before anything is asked of it."""

    def __init__(self, app: ASGIApp, supervisor: Supervisor, endpoints: Endpoints) -> None:
        self._app = app
        self._supervisor = supervisor
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        app = self._app
        endpoint = self._endpoints.get(scope["path"]) if scope["type"] == "http" else None
        if endpoint and endpoint.server != FRONT:
            server = self._supervisor.servers[endpoint.server]
            if not server.told:
                await server.settled(server.patience(LIST_WAIT_SECONDS))
            if not server.listed:
                app = problem(HTTPStatus.SERVICE_UNAVAILABLE, server.status.sentence())
        await app(scope, receive, send)


async def _wrong_method(_: Request, error: Exception) -> Response:
    answer = problem(HTTPStatus.METHOD_NOT_ALLOWED, WRONG_METHOD)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def _ping(_: Request) -> Response:
    return JSONResponse({"pong": True, "version": __version__})


class _Elsewhere:
    """What is said of addresses below `/servers` that are no endpoints."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        name = scope["path"].split("/")[2]
        server = self._supervisor.servers.get(name)
        if server is None:
            answer = problem(HTTPStatus.NOT_FOUND, NO_SERVER)
        elif server.told and not server.listed:
            answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, server.status.sentence())
        else:
            answer = problem(HTTPStatus.NOT_FOUND, f"server '{name}' is at /servers/{name}/mcp, and nowhere else")
        await answer(scope, receive, send)
