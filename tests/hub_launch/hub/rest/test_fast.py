"""What is answered without FastAPI: that it is, and alike, and what is not done for each request."""

import asyncio
from dataclasses import replace

import pytest

from hub_launch.hub.rest import calling as calling_module
from hub_launch.hub.rest import fast as fast_module
from hub_launch.hub.rest import listing as listing_module
from hub_launch.hub.rest.listing import Listing
from hub_launch.hub.rest.models import Services
from hub_launch.run.state import State

LIST, CALL = "/api/services", "/api/services/aa/call"
JSON = {"content-type": "application/json"}


@pytest.fixture
def without_fastapi(monkeypatch):
    """FastAPI is not there: what needs it cannot be answered."""
    monkeypatch.setattr("hub_launch.hub.rest.lazy.Rest._app", None)


@pytest.fixture
def by_fastapi(monkeypatch):
    """Leaves everything to FastAPI when it is called."""

    def leave():
        monkeypatch.setattr(fast_module, "kind_of", lambda scope: "")
        monkeypatch.setattr(fast_module, "has_body", lambda scope: True)

    return leave


@pytest.mark.usefixtures("without_fastapi")
async def test_calls_and_lists_need_no_fastapi(hub, launch, ask):
    running = await hub(launch("aa", tools=["echo", "fail"]))
    assert (await running.get(LIST)).json()["services"][0]["tools"] == ["echo", "fail"]
    statuses = [(await ask(running, "POST", CALL, {"tool": tool})).status_code for tool in ("echo", "fail", "other")]
    assert statuses == [200, 424, 404]
    assert (await ask(running, "POST", CALL, b"{", headers=JSON)).status_code == 400


REQUESTS = [
    ("GET", LIST, None),
    ("HEAD", LIST, None),
    ("GET", LIST + "/", None),
    ("POST", CALL, {"tool": "echo", "arguments": {"text": "ä", "n": 12345678901234567890123}}),
    ("POST", CALL, {"tool": "fail"}),
    ("POST", CALL, {"tool": "junk"}),
    ("POST", CALL, {"tool": "ech"}),
    ("POST", CALL, {"arguments": 1}),
    ("POST", CALL, b'{"tool"'),
    ("POST", CALL.replace("aa", "bad"), {"tool": "echo"}),
    ("POST", CALL.replace("aa", "nope"), {"tool": "echo"}),
    ("POST", CALL.replace("/aa", ""), {"tool": "echo"}),
    ("GET", CALL, None),
]


async def test_fastapi_answers_alike(hub, launch, ask, by_fastapi):
    running = await hub(launch("aa", tools=["echo", "fail", "junk"]), launch("bad", exit=1))

    async def answers():
        every = [
            await ask(running, method, path, body, headers=JSON if body else {}) for method, path, body in REQUESTS
        ]
        kept = [{name: value for name, value in one.headers.items() if name != "date"} for one in every]
        return [(one.status_code, headers, one.text) for one, headers in zip(every, kept, strict=True)]

    fast = await answers()
    by_fastapi()
    assert await answers() == fast


async def test_fastapi_too_gives_up_a_call_whose_client_goes_away(hub, launch, ask, until, by_fastapi):
    running = await hub(launch("aa", tools=["never"]))
    by_fastapi()
    server = running.supervisor.servers["aa"]
    asking = asyncio.create_task(ask(running, "POST", CALL, {"tool": "never"}))
    await until(lambda: server.in_flight)
    asking.cancel()
    await until(lambda: not server.in_flight)


async def test_a_defect_is_a_problem(hub, launch, ask, is_problem, monkeypatch, caplog):
    running = await hub(launch("aa"))
    monkeypatch.setattr(calling_module, "relay", None)
    assert "a defect" in is_problem(await ask(running, "POST", CALL, {"tool": "echo"}), 500)
    assert "could not be answered" in caplog.text


async def test_the_list_is_encoded_once_for_each_change(hub, launch, monkeypatch):
    encoded = []
    encode = listing_module.raw
    monkeypatch.setattr(listing_module, "raw", lambda document: encoded.append(document) or encode(document))
    running = await hub(launch("aa"), launch("bb"))
    for _ in range(3):
        before = await running.get(LIST)
    assert len(encoded) == 1
    server = running.supervisor.servers["aa"]
    server.status = replace(server.status, state=State.DEGRADED, reason="slow")
    for _ in range(3):
        after = await running.get(LIST)
    assert len(encoded) == 2
    assert [one["reason"] for one in after.json()["services"]] == ["slow", ""]
    assert before.json() != after.json()


async def test_the_list_is_what_its_description_says(hub, launch):
    running = await hub(launch("aa", tools=["echo"]), launch("bad", exit=1))
    answer = await running.get(LIST)
    assert Services.model_validate_json(answer.content).model_dump(mode="json") == answer.json()


def test_the_list_of_a_hub_without_servers_is_empty():
    assert Listing({}).encoded() == b'{"services":[]}'


async def test_a_result_is_not_taken_apart(hub, launch, ask, monkeypatch):
    running = await hub(launch("aa"))
    monkeypatch.setattr(calling_module, "object_of", None)
    assert (await ask(running, "POST", CALL, {"tool": "echo"})).status_code == 200


@pytest.mark.parametrize("path", ["/v0/status", "/v0/servers/aa", "/api/services/aa/health"])
async def test_no_thread_is_asked_for_what_waits_for_nothing(hub, launch, monkeypatch, path):
    running = await hub(launch("aa"))
    monkeypatch.setattr("fastapi.dependencies.utils.run_in_threadpool", None)
    assert (await running.get(path)).status_code == 200
