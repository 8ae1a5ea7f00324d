import subprocess
import sys


async def test_what_is_no_rest_address_is_not_found(hub, launch):
    running = await hub(launch("aa"))
    for path in ("/favicon.ico", "/nothing", "/v0x/status", "/servers/%0a", "/%0a", "//"):
        answer = await running.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_unknown_addresses_and_methods_of_rest_are_problems(hub, launch):
    running = await hub(launch("aa"))
    unknown, wrong = await running.get("/v0/nothing"), await running.post("/v0/status")
    alive = await running.post("/v0/ping")
    assert (unknown.status_code, wrong.status_code, alive.status_code) == (404, 405, 405)
    assert wrong.headers["allow"] == "GET"
    assert (await running.post("/v0/servers/aa")).headers["allow"] == "DELETE, GET, PUT"
    assert (await running.post("/docs")).headers["allow"] == "GET"
    assert "GET" in alive.headers["allow"]
    for answer in (unknown, wrong, alive):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


def test_a_hub_that_nobody_asks_does_not_load_fastapi():
    code = "import sys, hub_launch.hub.serve; print([one for one in ('fastapi', 'fastmcp') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_ping_needs_no_fastapi(hub, launch, monkeypatch):
    """The one address that is asked by those who only want to know whether the hub is alive."""
    monkeypatch.setattr("hub_launch.hub.rest.lazy.Rest._app", None)
    assert (await (await hub(launch("aa"))).get("/v0/ping")).json()["pong"] is True


async def test_a_foreign_page_learns_nothing_from_rest(hub, launch):
    running = await hub(launch("aa"))
    assert (await running.get("/v0/status", Host="evil.example")).status_code == 421
    assert (await running.get("/v0/status", Origin="https://evil.example")).status_code == 403
