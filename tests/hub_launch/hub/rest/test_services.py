import asyncio
import json
from urllib.parse import urlsplit

import pytest

from hub_launch.errors import HubError
from hub_launch.run.supervisor import failed

CALL = "/api/services/aa/call"


async def test_servers_are_services(hub, launch):
    running = await hub(launch("aa", tools=["echo"]), launch("bad", exit=1))
    good, bad = (await running.get("/api/services")).json()["services"]
    assert (good["name"], good["healthy"], good["tools"]) == ("aa", True, ["echo"])
    assert (bad["name"], bad["healthy"], bad["tools"]) == ("bad", False, [])


async def test_the_health_of_a_service_says_why(hub, launch, is_problem):
    running = await hub(launch("aa"), launch("bad", exit=1))
    assert (await running.get("/api/services/aa/health")).json()["healthy"] is True
    ill = (await running.get("/api/services/bad/health")).json()
    assert (ill["healthy"], ill["state"]) == (False, "failed")
    assert "code 1" in ill["reason"]
    assert "nope" in is_problem(await running.get("/api/services/nope/health"), 404)


async def test_a_call_is_answered_with_the_tools_result(hub, launch, ask):
    running = await hub(launch("aa"))
    arguments = {"nested": {"list": [1, None, "ä"]}, "big": 12345678901234567890123}
    answer = await ask(running, "POST", CALL, {"tool": "echo", "arguments": arguments})
    assert answer.status_code == 200
    assert json.loads(answer.json()["content"][0]["text"]) == arguments


async def test_a_call_needs_no_arguments(hub, launch, ask):
    answer = await ask(await hub(launch("aa")), "POST", CALL, {"tool": "echo"})
    assert json.loads(answer.json()["content"][0]["text"]) == {}


async def test_calls_are_counted_with_those_of_mcp(hub, launch, ask):
    running = await hub(launch("aa"))
    await ask(running, "POST", CALL, {"tool": "echo"})
    assert (await running.get("/v0/status")).json()["servers"][0]["calls"]["total"] == 1


async def test_a_tool_that_failed_has_said_so_itself(hub, launch, ask, is_problem):
    answer = await ask(await hub(launch("aa", tools=["fail"])), "POST", CALL, {"tool": "fail"})
    assert is_problem(answer, 424) == "it failed, as asked"
    assert answer.json()["result"]["isError"] is True


async def test_an_unknown_tool_or_server_is_not_found(hub, launch, ask, is_problem):
    running = await hub(launch("aa", tools=["read_file"]))
    unknown = await ask(running, "POST", CALL, {"tool": "read_fil"})
    assert "did you mean read_file?" in is_problem(unknown, 404)
    path = CALL.replace("aa", "nope")
    assert "no server 'nope'" in is_problem(await ask(running, "POST", path, {"tool": "echo"}), 404)


async def test_a_server_that_is_down_says_why(hub, launch, ask, is_problem):
    running = await hub(
        launch("aa", exit=1, stderr="no key\n"), unplanned=[failed("zz", "Zz", "npm", HubError("no Node"))]
    )
    assert "server 'aa' is failed" in is_problem(await ask(running, "POST", CALL, {"tool": "echo"}), 503)
    other = await ask(running, "POST", CALL.replace("aa", "zz"), {"tool": "echo"})
    assert "no Node" in is_problem(other, 503)


async def test_a_server_that_ends_during_a_call_is_down(hub, launch, ask, is_problem):
    answer = await ask(await hub(launch("aa", tools=["die"])), "POST", CALL, {"tool": "die"})
    assert "aa" in is_problem(answer, 503)


async def test_a_server_that_does_not_answer_is_late(hub, launch, ask, is_problem, monkeypatch):
    monkeypatch.setattr("hub_launch.hub.attempts.CALL_SECONDS", 0.2)
    answer = await ask(await hub(launch("aa", tools=["never"])), "POST", CALL, {"tool": "never"})
    assert "did not answer within" in is_problem(answer, 504)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"tool": "\xff"}', 400),
        (b"[" * 100_000, 422),
        (b'{"tool": "echo", "arguments": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"tool": 1}', 422),
        (b'{"tool": "echo", "command": "rm"}', 422),
        (b'{"tool": ""}', 422),
        (b'{"tool": "' + b"x" * 257 + b'"}', 422),
        (b'{"tool": "echo", "arguments": []}', 422),
        (b'{"tool": "echo", "arguments": null}', 422),
        (b'{"tool": "echo", "arguments": {"a": NaN}}', 400),
    ],
)
async def test_a_body_that_is_wrong_is_refused_before_any_server_sees_it(hub, launch, ask, is_problem, body, status):
    running = await hub(launch("aa"))
    answer = await ask(running, "POST", CALL, body, headers={"content-type": "application/json"})
    is_problem(answer, status)
    assert running.supervisor.servers["aa"].counts.total == 0


async def test_who_goes_away_takes_the_call_along(hub, launch, ask, until):
    running = await hub(launch("aa", tools=["never"]))
    server = running.supervisor.servers["aa"]
    asking = asyncio.create_task(ask(running, "POST", CALL, {"tool": "never"}))
    await until(lambda: server.in_flight)
    asking.cancel()
    await until(lambda: not server.in_flight)


async def test_who_leaves_before_the_request_is_whole_is_no_defect_of_the_hub(hub, launch, caplog):
    running = await hub(launch("aa"))
    address = urlsplit(running.url)
    assert (await running.get("/v0/version")).status_code == 200
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"POST {CALL} HTTP/1.1\r\nhost: {address.netloc}\r\ncontent-type: application/json\r\n"
    writer.write(f"{head}content-length: 999\r\n\r\n".encode() + b'{"tool"')
    await writer.drain()
    assert (await running.get("/v0/version")).status_code == 200
    writer.close()
    await writer.wait_closed()
    await running.stop()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
