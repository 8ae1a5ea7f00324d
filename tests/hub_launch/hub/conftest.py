"""Hubs on a free port of loopback, served by uvicorn in the test's own event loop."""

import asyncio
import contextlib
from dataclasses import dataclass

import httpx2
import pytest
import uvicorn
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from hub_launch.hub.app import build_app
from hub_launch.hub.serve import listen
from hub_launch.run.supervisor import Supervisor

PATIENCE_SECONDS = 20


@dataclass
class Hub:
    """A running hub."""

    url: str
    supervisor: Supervisor

    def client(self, path="/mcp", mode="auto"):
        """A real FastMCP client of one endpoint."""
        return Client(StreamableHttpTransport(self.url + path), mode=mode, timeout=PATIENCE_SECONDS)

    async def get(self, path, **headers):
        """A plain HTTP request."""
        async with httpx2.AsyncClient(trust_env=False) as http:
            return await http.get(self.url + path, headers=headers, timeout=PATIENCE_SECONDS)

    async def post(self, path, **headers):
        """An MCP request in plain HTTP."""
        body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        accept = {"Accept": "application/json, text/event-stream"}
        async with httpx2.AsyncClient(trust_env=False) as http:
            return await http.post(self.url + path, json=body, headers=accept | headers, timeout=PATIENCE_SECONDS)


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


@pytest.fixture
async def hub(tmp_path, request):
    """Starts a hub with some launches, and waits until every start is over unless told not to.

    Parametrised indirectly with "fastmcp", it has no fast path.
    """
    fast = getattr(request, "param", "fast path") == "fast path"
    running = []

    async def start(*launches, unplanned=(), wait=True):
        supervisor = Supervisor(launches, unplanned, tmp_path / "logs", lambda status: None)
        listener = listen("127.0.0.1", 0)
        config = uvicorn.Config(
            build_app(supervisor, fast=fast),
            lifespan="on",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        running.append((server, task, listener))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not server.started:
                await asyncio.sleep(0.01)
            if wait:
                await supervisor.settled()
        return Hub(f"http://127.0.0.1:{listener.getsockname()[1]}", supervisor)

    yield start
    for server, task, listener in running:
        server.should_exit = True
        await task
        listener.close()
