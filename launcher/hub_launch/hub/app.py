"""The hub's ASGI application: `/mcp`, `/servers/<id>/mcp`, and whether it is alive."""

import contextlib
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

from fastmcp import FastMCP
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch import __version__
from hub_launch.hub.access import AccessMiddleware
from hub_launch.hub.desk import Desk
from hub_launch.hub.fastpath import FastPath
from hub_launch.hub.mcp import LIST_WAIT_SECONDS, Front, single
from hub_launch.hub.problem import problem
from hub_launch.run.supervisor import Server, Supervisor


def build_app(supervisor: Supervisor, *, fast: bool = True) -> Starlette:
    """The application for a supervisor whose servers may still be starting.

    The lifespan starts the servers, and ends them all before it returns.
    fast: whether the fast path answers what it can; without it everything is answered by FastMCP, alike but slower.
    """
    front = _http_app(Front(supervisor).mcp)
    singles = {name: _http_app(single(server)) for name, server in supervisor.servers.items()}

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for app in (front, *singles.values()):
                await stack.enter_async_context(app.router.lifespan_context(app))
            supervisor.start()
            # Last in, first out: children are told to end before the sessions that may wait for them.
            stack.push_async_callback(supervisor.close)
            yield

    return Starlette(
        routes=[
            Route("/v0/ping", _ping),
            Mount("/servers", app=_Dispatch(supervisor, singles)),
            Mount("/", app=front),
        ],
        # Who may ask comes first, for the fast path as for everything.
        middleware=[Middleware(AccessMiddleware), Middleware(FastPath, desks=_desks(supervisor) if fast else {})],
        lifespan=lifespan,
    )


def _desks(supervisor: Supervisor) -> dict[str, Desk]:
    singles = {
        f"/servers/{name}/mcp": Desk({name: server}, prefixed=False) for name, server in supervisor.servers.items()
    }
    return {"/mcp": Desk(supervisor.servers, prefixed=True), **singles}


def _http_app(mcp: "FastMCP[Any]") -> Starlette:
    # Guarded once, by the whole application's AccessMiddleware, which is stricter about Origin.
    return mcp.http_app(path="/mcp", host_origin_protection=False)


async def _ping(_: Request) -> Response:
    return JSONResponse({"pong": True, "version": __version__})


class _Dispatch:
    """`/servers/<id>/...` to that server's application, or the reason why it cannot be."""

    def __init__(self, supervisor: Supervisor, apps: dict[str, Starlette]) -> None:
        self._supervisor = supervisor
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root = scope.get("root_path", "")
        name, _, _ = scope["path"].removeprefix(root).lstrip("/").partition("/")
        server = self._supervisor.servers.get(name)
        app = await self._app(name, server)
        await app({**scope, "root_path": f"{root}/{name}"}, receive, send)

    async def _app(self, name: str, server: Server | None) -> ASGIApp:
        if server is None:
            return problem(HTTPStatus.NOT_FOUND, "no server of that name runs in this hub")
        await server.settled(self._supervisor.patience(LIST_WAIT_SECONDS))
        if not server.serving:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, server.status.sentence())
        return self._apps[name]
