import pytest

from hub_launch.errors import HubError
from hub_launch.run.state import State
from hub_launch.run.supervisor import failed


async def test_a_server_is_stopped_and_started(hub, launch, ask, until):
    running = await hub(launch("aa"))
    server = running.supervisor.servers["aa"]
    stopped = await ask(running, "POST", "/v0/servers/aa/stop")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    assert (await running.post("/servers/aa/mcp")).status_code == 503
    started = await ask(running, "POST", "/v0/servers/aa/start")
    assert started.json()["state"] in ("pending", "starting", "ready")
    await until(lambda: server.status.state is State.READY)


async def test_a_server_is_restarted(hub, launch, ask, until):
    running = await hub(launch("aa"))
    server = running.supervisor.servers["aa"]
    before = server.backend.child
    assert (await ask(running, "POST", "/v0/servers/aa/restart")).status_code == 200
    await until(lambda: server.status.state is State.READY and server.backend.child is not before)


async def test_starting_what_runs_does_nothing(hub, launch, ask):
    running = await hub(launch("aa"))
    before = running.supervisor.servers["aa"].backend.child
    assert (await ask(running, "POST", "/v0/servers/aa/start")).json()["state"] == "ready"
    assert running.supervisor.servers["aa"].backend.child is before


@pytest.mark.parametrize("what", ["start", "stop", "restart"])
async def test_an_unknown_server_is_not_found(hub, launch, ask, is_problem, what):
    assert "there are: aa" in is_problem(await ask(await hub(launch("aa")), "POST", f"/v0/servers/nope/{what}"), 404)


async def test_what_cannot_be_started_says_why(hub, ask, is_problem):
    running = await hub(unplanned=[failed("zz", "Zz", "npm", HubError("no Node here", "get Node"))])
    assert "no Node here (get Node)" in is_problem(await ask(running, "POST", "/v0/servers/zz/start"), 409)


async def test_a_hub_without_a_configuration_cannot_read_it_again(hub, launch, ask, is_problem):
    assert "hub-launch run" in is_problem(await ask(await hub(launch("aa")), "POST", "/v0/reload"), 409)


async def test_the_configuration_is_read_again(direct, is_problem):
    async def reload():
        return ["added bb"]

    async def wrong():
        raise HubError("hub.yaml, line 3: no such server", "correct it")

    assert (await direct(reload=reload).post("/v0/reload")).json() == {"changed": ["added bb"]}
    answer = await direct(reload=wrong).post("/v0/reload")
    assert is_problem(answer, 409) == "hub.yaml, line 3: no such server (correct it)"


async def test_a_page_of_another_site_can_order_nothing(hub, launch, ask):
    running = await hub(launch("aa"))
    answer = await ask(running, "POST", "/v0/servers/aa/stop", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert running.supervisor.servers["aa"].serving
