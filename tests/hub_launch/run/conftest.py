"""Children, backends and supervisors that end with their test."""

import asyncio
import time

import pytest

from hub_launch.run.backend import Backend
from hub_launch.run.messages import object_of, raw
from hub_launch.run.process import Child
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
