"""Serving the hub over HTTP or over standard input and output, until told to stop."""

import asyncio
import contextlib
import errno
import importlib.util
import socket
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import uvicorn

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.access import Access, require_safe
from hub_launch.hub.allocator import give_back_large_blocks
from hub_launch.hub.app import build_app
from hub_launch.hub.desk import Desk
from hub_launch.hub.fastpipe import FastPipe
from hub_launch.hub.full import Full
from hub_launch.hub.growing import growing_of
from hub_launch.hub.limits import room_for_connections
from hub_launch.hub.news import News
from hub_launch.hub.replica import Replica
from hub_launch.hub.rest.means import Abilities, Means
from hub_launch.hub.signals import stop_on_signals
from hub_launch.hub.stdio import protocol_stdout, serve_on_pipes
from hub_launch.hub.uvicorns import Uvicorn
from hub_launch.hub.whom import Whom
from hub_launch.hub.wire import wire
from hub_launch.run.supervisor import Supervisor

# How long open requests may go on after Ctrl-C. With the children's end (6 s at the most) it stays below the ten
# seconds that are promised.
DRAIN_SECONDS = 2


def listen(host: str, port: int, access: Access | None = None) -> socket.socket:
    """The socket to serve on, bound before anything is started. Port 0 takes any free one.

    Raises HubError: exit 2 for an address that others can reach if `access` asks nobody who they are, exit 5 naming the
    port when it is taken.
    """
    require_safe(host, access or Access())
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named: asyncio sends small answers at once (TCP_NODELAY) only where it reads it off the socket;
    # without, each call takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":
        # A hub that was just ended leaves its port in a waiting state; on Windows the option would share the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise HubError(
                f"Port {port} on {host} is in use, so nothing was started",
                f"end what uses it, or choose another with --port {port + 1} (--port 0 finds a free one)",
                ExitCode.PORT,
            ) from error
        raise HubError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}",
            "choose another with --host and --port",
            ExitCode.PORT,
        ) from error
    return listener


Beside = Callable[[Means], contextlib.AbstractAsyncContextManager[Any]]
"""What goes on beside serving, and is left before the servers are ended."""


def serve_http(
    supervisor: Supervisor,
    listener: socket.socket,
    ready: Callable[[], bool],
    access: Access | None = None,
    abilities: Abilities | None = None,
    beside: Beside = contextlib.nullcontext,
    replica: Replica | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; every server is started by this and ended before it returns.

    ready: called once, when every start is over, well or badly; says whether to go on serving.
    access: who may ask, and whether over TLS; without it whoever is on this machine.
    abilities: what REST can do besides.
    replica: how it stands beside other hubs; without it as one by itself.
    """
    replica = replica or Replica()
    how = configuration(supervisor, access or Access(), abilities, replica)
    _run(_serve_http(listener, ready, supervisor, Uvicorn(how, replica), beside))


def _run(serving: Coroutine[Any, Any, None]) -> None:
    # Not on Windows, and not for PyPy: there is no uvloop there.
    factory = importlib.import_module("uvloop").new_event_loop if importlib.util.find_spec("uvloop") else None
    give_back_large_blocks()
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(serving)


def configuration(
    supervisor: Supervisor,
    access: Access,
    abilities: Abilities | None = None,
    replica: Replica | None = None,
    *,
    fast: bool = True,
) -> uvicorn.Config:
    """How uvicorn serves the hub; see `build_app`."""
    return uvicorn.Config(
        build_app(supervisor, access, abilities, replica, fast=fast),
        http=wire(room_for_connections()),
        # Nothing of ours speaks it, and what else a connection may become is one more thing to guard.
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        # Where a request comes from is what the connection says, and no header.
        proxy_headers=False,
        server_header=False,
        ssl_context_factory=(lambda _config, _default: access.tls) if access.tls else None,  # type: ignore[arg-type,return-value]
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


async def _serve_http(
    listener: socket.socket, ready: Callable[[], bool], supervisor: Supervisor, server: Uvicorn, beside: Beside
) -> None:
    app: Any = server.config.app

    async def announce() -> None:
        while not server.started:
            await asyncio.sleep(0.02)
        await supervisor.settled()
        if not ready():
            server.should_exit = True

    announcing = asyncio.create_task(announce())
    try:
        async with beside(app.state.means):
            await server.serve(sockets=[listener])
    finally:
        announcing.cancel()


def serve_stdio(
    supervisor: Supervisor, abilities: Abilities | None = None, beside: Beside = contextlib.nullcontext
) -> None:
    """Serve one client on standard input and output until it closes them, or SIGINT or SIGTERM.

    abilities: see `serve_http`.
    """
    _run(_serve_stdio(supervisor, abilities, beside))


async def _serve_stdio(supervisor: Supervisor, abilities: Abilities | None, beside: Beside) -> None:
    with protocol_stdout() as stdout:
        desk, news, full = Desk(supervisor.servers, prefixed=True), News(supervisor), Full(supervisor)
        whom = Whom(supervisor, growing_of(abilities))
        serving = asyncio.create_task(serve_on_pipes(full, partial(FastPipe, desk, news, whom), 0, stdout))
        with stop_on_signals(serving.cancel):
            supervisor.start()
            try:
                async with beside(Means(supervisor)):
                    await asyncio.wait([serving])
            finally:
                await asyncio.gather(supervisor.close(), whom.close(), news.close())
        if not serving.cancelled():
            serving.result()
