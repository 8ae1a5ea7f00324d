"""REST clients of running hubs."""

import asyncio

import httpx2
import pytest

from hub_launch.hub.rest.api import build_api
from hub_launch.hub.rest.means import Abilities, Means
from hub_launch.run.supervisor import Supervisor

PATIENCE_SECONDS = 20


@pytest.fixture
def ask():
    """Sends a request to a hub."""

    async def send(running, method, path, body=None, **options):
        async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as http:
            if isinstance(body, bytes):
                options["content"] = body
            elif body is not None:
                options["json"] = body
            return await http.request(method, running.url + path, **options)

    return send


@pytest.fixture
def is_problem():
    """Checks that an answer is a problem document; returns its detail."""

    def check(answer, status):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        document = answer.json()
        assert document["status"] == status
        assert document["title"]
        return document["detail"]

    return check


@pytest.fixture
def until():
    """Waits for a condition without blocking the event loop."""

    async def wait(condition):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
async def direct(tmp_path):
    """A client of the API alone, of a hub without servers; keyword arguments are its abilities."""
    clients = []

    def make(**abilities):
        supervisor = Supervisor([], [], tmp_path / "logs", lambda status: None)
        transport = httpx2.ASGITransport(build_api(Means(supervisor, Abilities(**abilities))))
        clients.append(httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1"))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()
