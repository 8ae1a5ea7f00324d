"""The hub's ASGI application: `/mcp`, `/servers/<id>/mcp`, and whether it is alive."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch.hub.access import Access
from hub_launch.hub.asking import Client
from hub_launch.hub.desk import LIST_WAIT_SECONDS
from hub_launch.hub.door import LIVE_PATH, READY_PATH, Door
from hub_launch.hub.endpoints import Endpoints
from hub_launch.hub.fastpath import FastPath
from hub_launch.hub.full import FRONT, NO_SERVER, Full
from hub_launch.hub.growing import growing_of
from hub_launch.hub.limits import BodyLimit
from hub_launch.hub.news import News
from hub_launch.hub.probing import Probing
from hub_launch.hub.problem import WRONG_METHOD, problem
from hub_launch.hub.replica import Replica
from hub_launch.hub.rest.lazy import Rest
from hub_launch.hub.rest.means import Abilities, Means
from hub_launch.hub.shared import Shared
from hub_launch.hub.statuspage import PLACE, Page
from hub_launch.hub.stores import store_of
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
    fast: whether the fast path answers what it can; without it everything is answered by FastMCP, alike but slower.
    """
    full, news = Full(supervisor), News(supervisor)
    whom = Whom(supervisor, growing_of(abilities))
    replica = replica or Replica()
    shared = Shared(store_of(replica.sessions), news, whom) if replica.sessions else None

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        supervisor.start()
        prolonging = asyncio.create_task(shared.prolong(lambda: endpoints)) if shared else None
        try:
            yield
        finally:
            if shared and prolonging:
                prolonging.cancel()
                await shared.close()
            # Children are told to end before the sessions that may wait for them.
            await asyncio.gather(supervisor.close(), whom.close(), news.close())
            await full.close()

    def ended(client: Client) -> None:
        whom.end(client)
        news.end(client)

    endpoints = Endpoints(supervisor.servers, ended, replica.alone)
    means = Means(supervisor, abilities or Abilities(), endpoints.sessions, bool(access and access.asks))
    rest, probing = Rest(means), Probing(supervisor.servers, replica)
    app = Starlette(
        routes=[
            Route("/v0/ping", _ping),
            Route(LIVE_PATH, probing.live),
            Route(READY_PATH, probing.ready),
            Route("/", Page()),
            Mount(PLACE, app=Page()),
            Mount("/servers", app=_Elsewhere(supervisor)),
        ],
        # Who may ask comes first, for the fast path as for everything.
        middleware=[
            Middleware(Door, access=access),
            Middleware(_Available, supervisor=supervisor, endpoints=endpoints),
            Middleware(
                FastPath,
                endpoints=endpoints,
                full=full,
                news=news,
                whom=whom,
                leaving=replica.leaving,
                shared=shared,
                fast=fast,
            ),
            Middleware(BodyLimit),
        ],
        exception_handlers={HTTPStatus.METHOD_NOT_ALLOWED: _wrong_method},
        lifespan=lifespan,
    )
    # Whatever is nobody else's, also where no pattern fits: those of Starlette end at a line's end.
    app.router.default = rest
    # An address is right or wrong: nobody is sent elsewhere.
    app.router.redirect_slashes = False
    # For what runs beside it; see hub.serve.
    app.state.means = means
    return app


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
