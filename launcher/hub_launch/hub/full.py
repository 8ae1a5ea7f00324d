"""FastMCP, for whatever is not answered without it; imported and set up when something first is.

It takes a second to import and some forty megabytes, and most clients never ask for more than lists and tools.
"""

import asyncio
import contextlib
import importlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Scope

from hub_launch.hub.problem import problem
from hub_launch.hub.sessions import Session
from hub_launch.run.server import Server
from hub_launch.run.supervisor import Supervisor

if TYPE_CHECKING:
    from fastmcp import FastMCP

FRONT = ""
"""Stands for all servers together where a server's id could."""

NO_SERVER = "no server of that name runs in this hub"

_PLAIN = ((b"content-type", b"application/json"), (b"accept", b"application/json, text/event-stream"))
_INITIALIZED = b'{"jsonrpc":"2.0","method":"notifications/initialized"}'


class Full:
    """The hub's MCP servers as FastMCP makes them, each when it is first needed."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._servers = supervisor.servers
        self._making = asyncio.Lock()
        self._hosted: dict[str, _Hosted] = {}

    async def app(self, server: str) -> ASGIApp:
        """The ASGI application of a server, or of the FRONT, with its endpoint at `/mcp`."""
        async with self._making:
            await self._forget_strangers()
            if server != FRONT and server not in self._servers:
                # It was taken out since its endpoint was looked up.
                return problem(HTTPStatus.NOT_FOUND, NO_SERVER)
            if server not in self._hosted:
                mcp = await self.mcp(server)
                # Guarded once, by the whole application's Door, which is stricter about Origin.
                hosted = _Hosted(mcp.http_app(path="/mcp", host_origin_protection=False), self._servers.get(server))
                await hosted.start()
                self._hosted[server] = hosted
        return self._hosted[server].app

    async def mcp(self, server: str) -> "FastMCP[Any]":
        """A server's FastMCP server, or that of the FRONT."""
        # In a thread: calls to other servers go on meanwhile.
        module = await asyncio.to_thread(importlib.import_module, "hub_launch.hub.mcp")
        made: FastMCP[Any]
        made = module.Front(self._supervisor).mcp if server == FRONT else module.single(self._servers[server])
        return made

    async def _forget_strangers(self) -> None:
        """End what was set up for servers that are not in the hub any more, or were replaced."""
        for name, hosted in list(self._hosted.items()):
            if hosted.server is not self._servers.get(name):
                del self._hosted[name]
                await hosted.stop()

    async def close(self) -> None:
        """End what was set up."""
        await asyncio.gather(*(hosted.stop() for hosted in self._hosted.values()))


class _Hosted:
    """An application within its lifespan, which has to be left in the task that entered it."""

    def __init__(self, app: Any, server: Server | None) -> None:
        """server: whom it speaks for; None for the FRONT."""
        self.app: ASGIApp = app
        self.server = server
        self._context = app.router.lifespan_context(app)
        self._started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stop = asyncio.Event()
        self._owner: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._owner = asyncio.create_task(self._own())
        await asyncio.shield(self._started)

    async def stop(self) -> None:
        self._stop.set()
        if self._owner:
            await asyncio.wait({self._owner})

    async def _own(self) -> None:
        try:
            async with self._context:
                self._started.set_result(None)
                await self._stop.wait()
        except Exception as error:
            if self._started.done():
                raise
            self._started.set_exception(error)


async def open_behind(app: ASGIApp, scope: Scope, session: Session) -> bytes:
    """What FastMCP calls `session`, which it is told of by the client's own greeting. Empty if it refuses."""
    async with session.opening:
        if not session.behind:
            # As a client does it, whatever is wrong with the headers of the request that needs it.
            about = [pair for pair in scope["headers"] if pair[0] == b"host"]
            plain = {**scope, "method": "POST", "headers": [*about, *_PLAIN]}
            session.behind = await _header(app, plain, session.hello, b"mcp-session-id")
            if session.behind:
                again = with_header(plain, b"mcp-session-id", session.behind)
                await _header(app, again, _INITIALIZED, b"mcp-session-id")
    return session.behind


async def _header(app: ASGIApp, scope: Scope, body: bytes, name: bytes) -> bytes:
    """Post `body` to `app`, as the client of `scope` would, and read that header of its answer."""
    found = b""

    async def receive() -> Message:
        with contextlib.suppress(StopIteration):
            return next(parts)
        # The client is still there, and has nothing more to say.
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal found
        if message["type"] == "http.response.start":
            found = dict(message["headers"]).get(name, b"")

    parts = iter([{"type": "http.request", "body": body, "more_body": False}])
    await app(with_header(scope, b"content-length", str(len(body)).encode()), receive, send)
    return found


def with_header(scope: Scope, name: bytes, value: bytes) -> Scope:
    """The scope with that header, and no other of its name."""
    return {**scope, "headers": [*((key, old) for key, old in scope["headers"] if key != name), (name, value)]}
