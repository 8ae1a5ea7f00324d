"""Hubs on a free port of loopback, served by uvicorn in the test's own event loop."""

import asyncio
import contextlib
import http.server
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import httpx2
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

import hub_launch.hub.fastpath as fastpath_module
from hub_launch.hub.access import Access
from hub_launch.hub.replica import Replica
from hub_launch.hub.serve import configuration, listen
from hub_launch.hub.uvicorns import Uvicorn
from hub_launch.run.means import MEANS
from hub_launch.run.supervisor import Supervisor

PATIENCE_SECONDS = 20
PLAIN = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


@dataclass
class Hub:
    """A running hub."""

    url: str
    supervisor: Supervisor
    stop: Callable[[], Awaitable[None]]
    """Ends it before the test does."""
    told_to_stop: Callable[[], None]
    """What a signal does."""
    closing: asyncio.Event
    """Set when it lets nobody in any more."""

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


class _Server(Uvicorn):
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

    async def start(*launches, unplanned=(), wait=True, means=MEANS, access=None, abilities=None, replica=None):
        access, replica = access or Access(), replica or Replica()
        supervisor = Supervisor(launches, unplanned, tmp_path / "logs", lambda status: None, means)
        listener = listen("127.0.0.1", 0)
        server = _Server(configuration(supervisor, access, abilities, replica, fast=fast), replica)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        running.append((server, task, listener))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not server.started:
                await asyncio.sleep(0.01)
            if wait:
                await supervisor.settled()
        stop = partial(_stop, *running[-1])
        url = f"{access.scheme}://127.0.0.1:{listener.getsockname()[1]}"
        return Hub(url, supervisor, stop, server.told_to_stop, replica.leaving.closing)

    yield start
    for one in running:
        await _stop(*one)


async def _stop(server, task, listener):
    server.should_exit = True
    await task
    listener.close()


class Wire:
    """An MCP client that shows the bytes."""

    def __init__(self, http, url, session=None):
        self.http = http
        self.url = url
        self.session = session
        self.welcome = None

    @property
    def modern(self):
        return self.session is None

    def request(self, method, params=None, number=1, headers=None):
        params = dict(params or {})
        own = {"mcp-session-id": self.session}
        if self.modern:
            own = {"mcp-protocol-version": "2026-07-28", "mcp-method": method}
            own |= {"mcp-name": params.get("name", params.get("uri"))} if {"name", "uri"} & params.keys() else {}
            params["_meta"] = params.get("_meta", {}) | META
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        return self.http.build_request("POST", self.url, json=body, headers={**PLAIN, **own, **(headers or {})})

    async def ask(self, method, params=None, **more):
        return await self.http.send(self.request(method, params, **more))

    @staticmethod
    def heard(response):
        """The messages in a response, of either form."""
        if response.headers["content-type"] == "application/json":
            return [response.json()]
        return [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]

    async def result(self, method, params=None, **more):
        """The result of a request, whatever was told before it."""
        return self.heard(await self.ask(method, params, **more))[-1]["result"]

    async def error(self, method, params=None, **more):
        """The error that a request is answered with."""
        return self.heard(await self.ask(method, params, **more))[-1]["error"]

    async def notify(self, method, params):
        body = {"jsonrpc": "2.0", "method": method, "params": params}
        return await self.http.post(self.url, json=body, headers=PLAIN | {"mcp-session-id": self.session})


@pytest.fixture
async def wire():
    """Connects to a running hub, in the protocol that is wanted."""
    async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as http:

        async def connect(running, *, modern, path="/mcp"):
            url = running.url + path
            if modern:
                return Wire(http, url)
            hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
            body = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello}
            response = await http.post(url, json=body, headers=PLAIN)
            one = Wire(http, url, response.headers["mcp-session-id"])
            one.welcome = response.json()["result"]
            await one.notify("notifications/initialized", {})
            return one

        yield connect


@pytest.fixture
def slow_path(monkeypatch):
    """Counts what the fast path leaves to FastMCP."""
    left = []
    replay = fastpath_module._again

    def noting(body, receive):
        left.append(json.loads(body or b"{}").get("method"))
        return replay(body, receive)

    monkeypatch.setattr(fastpath_module, "_again", noting)
    return left


@pytest.fixture
def loopback_keys():
    """An address on this machine that an issuer's keys are at, once they are put into the list; 404 before."""
    keys = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = keys[-1] if keys else b""
            self.send_response(200 if keys else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/keys", keys
        server.shutdown()
