"""Children, backends and supervisors that end with their test."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import pytest
import uvicorn

from hub_launch.hub.serve import listen
from hub_launch.plan import HttpLaunch
from hub_launch.run.backend import Backend
from hub_launch.run.http import HttpLink
from hub_launch.run.link import Limits
from hub_launch.run.messages import object_of, raw
from hub_launch.run.process import Child
from hub_launch.run.sse_link import SseLink
from hub_launch.run.supervisor import Supervisor

PATIENCE_SECONDS = 20


class Events:
    """Remembers what became of children."""

    def __init__(self):
        self.seen = []
        self.heard_of = []

    def may_start(self):
        pass

    def child_connected(self):
        self.seen.append("connected")

    def child_ended(self, child):
        self.seen.append(("ended", child.exit_code))

    def heard(self, message):
        self.heard_of.append(message.method)


@pytest.fixture
async def until():
    """Waits for a condition without blocking the event loop."""

    async def wait(condition):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if value := condition():
                return value
            await asyncio.sleep(0.01)
        return pytest.fail(f"did not come true within {PATIENCE_SECONDS} s")

    return wait


@pytest.fixture
async def spawn(tmp_path):
    """Starts children that are killed, at the latest, when the test ends."""
    children = []

    async def make(launch, log=None):
        child = await Child.spawn(launch, log or tmp_path / "logs" / "child.log")
        children.append(child)
        return child

    yield make
    for child in children:
        await child.close()


@pytest.fixture
async def backend(tmp_path):
    """Makes backends, with what was told of their children in `.events.seen`."""
    made = []

    def make(launch, **rest):
        events = Events()
        one = Backend(launch, tmp_path / "logs" / f"{launch.id}.log", events, **rest)
        one.events = events
        made.append(one)
        return one

    yield make
    for one in made:
        await one.close()


@pytest.fixture
async def supervise(tmp_path):
    """Makes supervisors, with every change of status in `.changes`."""
    made = []

    def make(*launches, unplanned=()):
        changes = []
        one = Supervisor(launches, unplanned, tmp_path / "logs", changes.append)
        one.changes = changes
        made.append(one)
        return one

    yield make
    for one in made:
        await one.close()


@pytest.fixture
def call():
    """Calls a tool; returns the answer's text."""

    async def ask(backend, tool, **arguments):
        message = await backend.request("tools/call", {"name": raw(tool), "arguments": raw(arguments)})
        return object_of(message.result)["content"][0]["text"]

    return ask


@pytest.fixture
def recorded():
    """The methods that a tiny server with `record=path` was asked, in their order."""
    return lambda path: path.read_text().split() if path.exists() else []


# Remote servers


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


@pytest.fixture
async def serve():
    """Serves ASGI applications on free ports of loopback, also those made for their address; returns that."""
    running = []

    async def start(app=None, *, make=None):
        listener = listen("127.0.0.1", 0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            make(url) if make else app, ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        server = _Server(config)
        running.append((server, asyncio.create_task(server.serve(sockets=[listener])), listener))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not server.started:
                await asyncio.sleep(0.01)
        return url

    yield start
    for server, task, listener in running:
        server.should_exit = True
        await task
        listener.close()


@dataclass
class Asked:
    """A request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hostile:
    """A web server that answers with whatever bytes it was told to."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0


@pytest.fixture
async def hostile():
    """Starts web servers whose answers are written by `answer(asked, writer)`; returns what they saw."""
    servers, tasks = [], []

    async def start(answer):
        seen = Hostile()

        async def connected(reader, writer):
            seen.connections += 1
            tasks.append(asyncio.current_task())
            with contextlib.suppress(asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
                while True:
                    asked = await _read_request(reader)
                    seen.asked.append(asked)
                    await answer(asked, writer)
                    await writer.drain()
            writer.transport.abort()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        servers.append(server)
        seen.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp"
        return seen

    yield start
    for server in servers:
        server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _read_request(reader):
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@pytest.fixture
def answered():
    """The bytes of an HTTP response with this body."""

    def make(body=b"", status="200 OK", **headers):
        named = {"content-type": "application/json"} | {key.replace("_", "-"): value for key, value in headers.items()}
        lines = "".join(f"{key}: {value}\r\n" for key, value in named.items() if value)
        return f"HTTP/1.1 {status}\r\n{lines}content-length: {len(body)}\r\n\r\n".encode() + body

    return make


@pytest.fixture
async def link():
    """Makes links to remote servers, with what they were told in `.messages`."""
    made = []

    def make(url, kind="streamable-http", headers=None, secrets=(), limits=None, **rest):
        launch = HttpLaunch("far", "Far", "remote", kind, url, headers or {}, frozenset(secrets))
        messages = []
        limits = Limits(**({"notice_seconds": 2} | (limits or {})))
        one = (SseLink if kind == "sse" else HttpLink)(launch, messages.append, limits=limits, **rest)
        one.messages = messages
        made.append(one)
        return one

    yield make
    for one in made:
        await one.close()


@pytest.fixture
def handshake():
    """Makes a link speak a version of the protocol, as its user does."""

    async def shake(link, version="2025-11-25"):
        if version >= "2026":
            link.protocol_version = version
            return None
        client = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        answer = await link.request("initialize", raw(client))
        link.protocol_version = version
        await link.notify("notifications/initialized", raw({}))
        return answer

    return shake
