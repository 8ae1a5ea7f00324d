"""A hub in a thread of its own, and a real browser that looks at its page."""

import asyncio
import contextlib
import os
import sys
import threading
from pathlib import Path

import pytest
import uvicorn

from hub_launch.config.defaults import DEFAULT_PORT
from hub_launch.errors import HubError
from hub_launch.hub.access import Access
from hub_launch.hub.app import build_app
from hub_launch.hub.serve import listen
from hub_launch.plan import StdioLaunch
from hub_launch.run.supervisor import Supervisor, failed

PATIENCE_SECONDS = 30
RECORDED = Path(__file__).parents[4] / "registry" / "recorded"
SERVER = Path(__file__).with_name("recorded_server.py")
# With it the address is the one that people know.
SCREENSHOTS = os.environ.get("SCREENSHOTS")


class Hub(threading.Thread):
    """A hub that runs until it is told to end."""

    def __init__(self, launches, unplanned, folder, access=None):
        super().__init__(name="hub", daemon=True)
        self._launches, self._unplanned, self._folder, self._access = launches, unplanned, folder, access
        self._listener = _listener()
        self.up = threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def run(self):
        asyncio.run(self._serve())

    async def _serve(self):
        self.supervisor = Supervisor(self._launches, self._unplanned, self._folder, lambda status: None)
        more = {"access": self._access} if self._access else {}
        app = build_app(self.supervisor, **more)
        config = uvicorn.Config(app, lifespan="on", ws="none", log_config=None, timeout_graceful_shutdown=1)
        self._server = _Server(config)
        serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started:
            await asyncio.sleep(0.01)
        await self.supervisor.settled(PATIENCE_SECONDS)
        self.up.set()
        await serving

    def end(self):
        self._server.should_exit = True
        self.join(PATIENCE_SECONDS)
        self._listener.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):
        yield


def _listener():
    if SCREENSHOTS:
        # The address that people will see on their own machines, if it is free.
        with contextlib.suppress(HubError):
            return listen("127.0.0.1", DEFAULT_PORT)
    return listen("127.0.0.1", 0)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Starts a hub with these servers, and waits until their starts are over."""
    running = []

    def begin(*names, unplanned=(), access=None):
        folder = tmp_path_factory.mktemp("hub")
        hub = Hub([_launch(name, folder) for name in names], unplanned, folder / "logs", access)
        hub.start()
        running.append(hub)
        assert hub.up.wait(PATIENCE_SECONDS)
        return hub

    yield begin
    for hub in running:
        hub.end()


def _launch(name, folder):
    argv = (sys.executable, "-I", str(SERVER), name, str(RECORDED))
    title = {"broken": "Calendar"}.get(name, name.title())
    return StdioLaunch(id=name, title=title, kind="npm", argv=argv, cwd=str(folder / name))


@pytest.fixture(scope="module")
def hub(start):
    """A hub with some servers, of which one does not start."""
    return start("everything", "filesystem", "git", "time", "form", "broken")


@pytest.fixture(scope="module")
def usual_hub(start):
    """A hub as people have it, with one thing left to do."""
    problem = HubError("it needs an access token", "add --set github.token=… or set GITHUB_TOKEN")
    missing = failed("github", "GitHub", "remote", problem)
    return start("everything", "filesystem", "git", "memory", "time", unplanned=[missing])


@pytest.fixture
def look(open_page):
    """Opens a page of a hub."""

    def visit(hub, place="#/", **more):
        return open_page(f"{hub.url}/{place}", **more)

    return visit


@pytest.fixture
def with_token(start):
    """A hub that asks for a token."""
    return start("time", access=Access(token="a-token-of-this-test"))
