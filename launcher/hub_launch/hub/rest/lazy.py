"""The REST API, imported and set up when something first asks for it."""

import asyncio
import importlib
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch.hub.problem import problem
from hub_launch.hub.rest.means import Means

_PLACES = frozenset({"/v0", "/api", "/docs", "/openapi.json", "/metrics"})


class Rest:
    """An ASGI application for what is no MCP endpoint."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._making = asyncio.Lock()
        self._made: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if not _is_here(scope["path"]):
            # Not worth an import: browsers ask for icons and strangers for whatever they can think of.
            nothing = problem(HTTPStatus.NOT_FOUND, "there is nothing at this address; MCP is at /mcp, REST below /v0")
            return await nothing(scope, receive, send)
        return await (self._made or await self._app())(scope, receive, send)

    async def _app(self) -> ASGIApp:
        async with self._making:
            if self._made is None:
                # In a thread: calls go on meanwhile.
                module = await asyncio.to_thread(importlib.import_module, "hub_launch.hub.rest.api")
                made: ASGIApp = module.build_api(self._means)
                self._made = made
        return self._made


def _is_here(path: str) -> bool:
    return "/" + path.split("/")[1] in _PLACES
