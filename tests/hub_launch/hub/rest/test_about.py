import json

import httpx2
import pytest

from hub_launch.version import __version__


@pytest.fixture
def get(hub, launch):
    """Asks a hub with the server `aa` for something; returns the answer's document."""

    async def ask(path, *launches):
        answer = await (await hub(*(launches or [launch("aa")]))).get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


async def test_the_hub_says_which_version_it_is_and_speaks(get):
    said = await get("/v0/version")
    assert said["version"] == __version__
    assert said["protocolVersions"][0] == "2026-07-28"
    assert "2025-11-25" in said["protocolVersions"]


async def test_health_is_that_of_all_servers(hub, launch):
    well = await hub(launch("aa"))
    assert (await well.get("/v0/health")).json() == {"status": "ok", "servers": {"ready": 1}}
    mixed = await hub(launch("aa"), launch("bad", exit=1))
    assert (await mixed.get("/v0/health")).json() == {"status": "degraded", "servers": {"ready": 1, "failed": 1}}
    # What its user told to stop is no ill health.
    await well.post("/v0/servers/aa/stop")
    assert (await well.get("/v0/health")).json() == {"status": "ok", "servers": {"stopped": 1}}
    ill = await hub(launch("bad", exit=1))
    assert (await ill.get("/v0/health")).json() == {"status": "failed", "servers": {"failed": 1}}


async def test_the_status_is_all_that_a_page_needs(hub, launch):
    running = await hub(launch("aa", tools=["echo", "fail"], prompts=["greet"]), launch("bad", exit=1))
    async with running.client("/servers/aa/mcp") as client:
        await client.call_tool("echo")
        await client.call_tool("fail", raise_on_error=False)
    document = (await running.get("/v0/status")).json()
    assert document["hub"]["endpoint"] == f"{running.url}/mcp"
    summary = document["summary"]
    assert summary.pop("tokens") == summary.pop("tokensOffered") > 0
    assert summary == {
        "states": {"ready": 1, "failed": 1},
        "tools": 2,
        "toolsSearched": False,
        "calls": 2,
        "failures": 0,
    }
    good, bad = document["servers"]
    assert good["state"] == "ready"
    assert good["offers"] == {"tools": 2, "resources": 0, "templates": 0, "prompts": 1}
    assert good["endpoint"] == f"{running.url}/servers/aa/mcp"
    assert good["startSeconds"] > 0
    assert good["calls"]["total"] == 2
    assert good["calls"]["toolErrors"] == 1
    assert 0 < good["calls"]["latency"]["median"] <= good["calls"]["latency"]["p95"]
    assert good["health"]["level"] in ("unknown", "healthy")
    assert [one["state"] for one in good["instances"]] == ["ready"]
    assert bad["state"] == "failed"
    assert "code 1" in bad["reason"]
    assert bad["calls"] == {"total": 0, "toolErrors": 0, "failures": 0, "inFlight": 0, "latency": None}


async def test_a_server_that_came_back_counts_as_restarted(hub, launch):
    running = await hub(launch("aa", tools=["echo", "die"]))
    async with running.client("/servers/aa/mcp") as client:
        await client.call_tool("die", raise_on_error=False)
        await client.call_tool("echo")
    row = (await running.get("/v0/status")).json()["servers"][0]
    assert row["restarts"] == 1
    assert row["calls"]["failures"] == 1


# Events


class Stream:
    """The events of a hub, as they come."""

    def __init__(self, answer):
        self._lines = answer.aiter_lines()

    async def next(self, kind):
        """The next event of that type; others are skipped."""
        async for line in self._lines:
            if line.startswith("data: "):
                event = json.loads(line.removeprefix("data: "))
                if event["type"] == kind:
                    return event
        return pytest.fail("the stream ended")


@pytest.fixture
async def events():
    """Opens streams of events."""
    clients = []

    async def open_at(running):
        client = httpx2.AsyncClient(trust_env=False, timeout=20)
        answer = await client.send(client.build_request("GET", f"{running.url}/v0/events"), stream=True)
        clients.append((client, answer))
        assert answer.headers["content-type"] == "text/event-stream"
        return Stream(answer)

    yield open_at
    for client, answer in clients:
        await answer.aclose()
        await client.aclose()


async def test_a_stream_begins_with_the_whole_status(hub, launch, events):
    running = await hub(launch("aa"))
    stream = await events(running)
    assert (await stream.next("status"))["status"] == (await running.get("/v0/status")).json()


async def test_a_stream_tells_of_servers_that_change_alone(hub, launch, events):
    running = await hub(launch("aa", tools=["echo", "die"]), launch("bb"))
    stream = await events(running)
    await stream.next("status")
    async with running.client("/servers/aa/mcp") as client:
        await client.call_tool("die", raise_on_error=False)
    changed = await stream.next("server")
    assert (changed["server"]["id"], changed["server"]["state"]) == ("aa", "degraded")
    summary = (await stream.next("hub"))["summary"]
    assert summary["states"] == {"ready": 1, "degraded": 1}


async def test_streams_are_bounded(hub, launch, events, monkeypatch):
    import hub_launch.hub.rest.events as module

    monkeypatch.setattr(module, "MAX_STREAMS", 1)
    running = await hub(launch("aa"))
    first = await events(running)
    await first.next("status")
    answer = await running.get("/v0/events")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
