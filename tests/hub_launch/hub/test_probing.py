"""What `/livez` and `/readyz` say, to whoever asks."""

from hub_launch.hub.access import Access
from hub_launch.hub.replica import Replica

TOKEN = "tok-0123456789abcdef0123456789abcdef"


async def codes(running):
    return [(await running.get(path)).status_code for path in ("/livez", "/readyz")]


async def test_one_of_many_servers_that_fails_is_no_reason_to_send_nobody(hub, launch):
    assert await codes(await hub(launch("aa"), launch("bb", exit=1))) == [200, 200]


async def test_a_server_by_itself_that_is_given_up_has_to_begin_anew(hub, launch):
    running = await hub(launch("aa", exit=1), replica=Replica(alone="aa"))
    assert running.supervisor.servers["aa"].status.state == "failed"
    assert await codes(running) == [503, 503]


async def test_nobody_is_sent_to_a_hub_that_starts(hub, launch):
    running = await hub(launch("aa", hang_on=["initialize", "server/discover"]), wait=False)
    assert await codes(running) == [200, 503]


async def test_they_ask_for_no_token_and_say_nothing_that_is_not_for_everybody(hub, launch):
    running = await hub(launch("aa", exit=1), access=Access(token=TOKEN), replica=Replica(alone="aa"))
    assert (await running.get("/v0/servers")).status_code == 401
    said = await running.get("/readyz")
    assert said.json() == {"title": "Service Unavailable", "status": 503, "detail": "its server is not up"}


async def test_a_server_by_itself_has_its_own_names_at_one_address(hub, launch, wire):
    running = await hub(launch("aa"), replica=Replica(alone="aa"))
    for modern in (False, True):
        client = await wire(running, modern=modern)
        assert [tool["name"] for tool in (await client.result("tools/list"))["tools"]] == ["echo", "pid"]
        called = await client.result("tools/call", {"name": "echo", "arguments": {"n": 1}})
        assert called["content"][0]["text"] == '{"n": 1}'
        # What FastMCP answers has the same names.
        assert "error" in (await client.ask("resources/read", {})).text
    assert (await running.post("/servers/aa/mcp")).status_code == 404
