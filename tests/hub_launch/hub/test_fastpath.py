"""The fast path in raw HTTP: what it answers, and what it leaves to FastMCP. What both answer is in test_app."""

import asyncio
import json
from urllib.parse import urlsplit

import httpx2
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

import hub_launch.hub.fastpath as fastpath_module
from hub_launch.hub import attempts as attempts_module
from hub_launch.hub import limits as limits_module
from hub_launch.hub import sessions as sessions_module

PATIENCE_SECONDS = 20
PLAIN = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
ERAS = pytest.mark.parametrize("modern", [False, True], ids=["legacy", "modern"])
CHILDREN = pytest.mark.parametrize("era", ["legacy", "modern"])


# What it answers


@ERAS
@CHILDREN
@pytest.mark.parametrize(("path", "prefix"), [("/mcp", "aa_"), ("/servers/aa/mcp", "")])
async def test_calls_and_lists_do_not_reach_fastmcp(hub, launch, wire, slow_path, modern, era, path, prefix):
    running = await hub(launch("aa", era=era))
    client = await wire(running, modern=modern, path=path)
    slow_path.clear()
    listed = (await client.ask("tools/list")).json()["result"]
    called = (await client.ask("tools/call", {"name": f"{prefix}echo", "arguments": {"n": 1}}, number="x")).json()
    assert slow_path == []
    assert [tool["name"] for tool in listed["tools"]] == [f"{prefix}echo", f"{prefix}pid"]
    assert called["id"] == "x"
    assert called["result"]["content"] == [{"type": "text", "text": '{"n": 1}'}]
    assert (called["result"].get("resultType"), listed.get("resultType")) == (
        ("complete",) * 2 if modern else (None,) * 2
    )


@ERAS
@CHILDREN
@pytest.mark.parametrize("tool", ["aa_echo", "aa_fail", "aa_junk"])
async def test_its_answers_are_those_of_fastmcp(hub, launch, wire, monkeypatch, modern, era, tool):
    running = await hub(launch("aa", era=era, tools=["echo", "fail", "junk"]))
    client = await wire(running, modern=modern)
    call = {"name": tool, "arguments": {"text": "ä\u2028", "n": 2**40, "deep": [{"a": None}]}}
    (fast,) = client.heard(await client.ask("tools/call", call))
    monkeypatch.setattr(fastpath_module, "regular", lambda *args: None)
    (slow,) = client.heard(await client.ask("tools/call", call))
    # FastMCP says in modern results which server it is.
    slow["result"].pop("_meta", None)
    assert fast == slow


@CHILDREN
async def test_a_child_sees_its_own_connection_and_not_the_clients(hub, launch, wire, tmp_path, era):
    seen = tmp_path / "seen"
    running = await hub(launch("aa", era=era, record_params=str(seen)))
    client = await wire(running, modern=True)
    await client.ask("tools/call", {"name": "aa_echo", "_meta": {"traceparent": "00-abc"}})
    meta = json.loads(seen.read_text().splitlines()[-1])["_meta"]
    assert meta.pop("traceparent") == "00-abc"
    if era == "legacy":
        assert meta == {}
    else:
        assert meta["io.modelcontextprotocol/clientInfo"]["name"] == "mcp-hub"


@ERAS
async def test_progress_is_told_under_the_clients_own_token_before_the_answer(hub, launch, wire, slow_path, modern):
    running = await hub(launch("aa", tools=["progress"]))
    client = await wire(running, modern=modern)
    slow_path.clear()
    asked = {"name": "aa_progress", "_meta": {"progressToken": "mine"}}
    *progress, answer = client.heard(await client.ask("tools/call", asked))
    assert slow_path == []
    assert [one["params"] for one in progress] == [{"progressToken": "mine", "progress": n, "total": 2} for n in (1, 2)]
    assert answer["result"]["content"][0]["text"] == "done"


@ERAS
@pytest.mark.parametrize("name", ["aa_nothing", "bb_echo", "plain", ""])
async def test_a_tool_nobody_knows_is_explained_as_fastmcp_explains_it(
    hub, launch, wire, slow_path, monkeypatch, modern, name
):
    running = await hub(launch("aa"))
    client = await wire(running, modern=modern)
    slow_path.clear()
    (fast,) = client.heard(await client.ask("tools/call", {"name": name}))
    assert slow_path == []
    assert fast["result"]["isError"]
    monkeypatch.setattr(fastpath_module, "regular", lambda *args: None)
    (slow,) = client.heard(await client.ask("tools/call", {"name": name}))
    assert fast["result"]["content"] == slow["result"]["content"]


LISTS = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"]


@ERAS
@pytest.mark.parametrize("path", ["/mcp", "/servers/aa/mcp"])
@pytest.mark.parametrize("method", [*LISTS, "server/discover", "ping"])
async def test_its_lists_and_greetings_are_those_of_fastmcp(
    hub, launch, wire, slow_path, monkeypatch, modern, path, method
):
    if (method, modern) in (("ping", True), ("server/discover", False)):
        pytest.skip("not of this protocol")
    aa = launch("aa", resources=["docs://a/b"], prompts=["greet"], instructions="Be kind.")
    running = await hub(aa, launch("bb", prompts=["bye"]))
    client = await wire(running, modern=modern, path=path)
    slow_path.clear()
    (fast,) = client.heard(await client.ask(method))
    assert slow_path == []
    monkeypatch.setattr(fastpath_module, "regular", lambda *args: None)
    (slow,) = client.heard(await client.ask(method))
    fast, slow = fast["result"], slow["result"]
    if method == "server/discover":
        # FastMCP has capabilities of its own, and does not know who the server behind an endpoint is.
        assert fast.pop("capabilities").keys() <= slow.pop("capabilities").keys()
        assert fast.pop("_meta").keys() == slow.pop("_meta").keys()
    # FastMCP says in modern results which server it is, and adds to definitions what servers did not say.
    slow.pop("_meta", None)
    for name, listed in fast.items():
        if method in LISTS and isinstance(listed, list):
            slow[name] = [{key: theirs[key] for key in ours} for ours, theirs in zip(listed, slow[name], strict=True)]
    assert fast == slow


async def test_fastmcp_is_asked_in_a_session_of_its_own(hub, launch, wire, slow_path):
    running = await hub(launch("aa", resources=["docs://a"]))
    client = await wire(running, modern=False)
    assert slow_path == []
    # Which resource it does not say.
    response = await client.ask("resources/read")
    assert slow_path == ["resources/read"]
    assert response.headers["mcp-session-id"] == client.session
    assert client.heard(response)[0]["error"]
    await client.http.delete(client.url, headers=PLAIN | {"mcp-session-id": client.session})
    assert (await client.ask("resources/read")).status_code == 404


# How a call ends


async def test_a_client_of_the_newer_protocol_cancels_by_going_away(hub, launch, wire, tmp_path, until_recorded):
    running = await hub(launch("aa", tools=["never"], record=str(tmp_path / "record")))
    client = await wire(running, modern=True)
    with pytest.raises(httpx2.ReadTimeout):
        await client.http.post(
            client.url,
            content=client.request("tools/call", {"name": "aa_never"}).content,
            headers=client.request("tools/call", {"name": "aa_never"}).headers,
            timeout=1,
        )
    await until_recorded("notifications/cancelled")


async def test_a_client_of_the_older_protocol_cancels_by_saying_so(hub, launch, wire, tmp_path, until_recorded):
    running = await hub(launch("aa", tools=["never"], record=str(tmp_path / "record")))
    client = await wire(running, modern=False)
    asking = asyncio.create_task(client.ask("tools/call", {"name": "aa_never"}, number=77))
    await until_recorded("tools/call")
    await client.notify("notifications/cancelled", {"requestId": 77})
    assert (await asking).text == ""
    await until_recorded("notifications/cancelled")


async def test_a_session_cannot_cancel_what_another_asked(hub, launch, wire, tmp_path, until_recorded):
    running = await hub(launch("aa", tools=["never"], record=str(tmp_path / "record")))
    one, other = await wire(running, modern=False), await wire(running, modern=False)
    asking = asyncio.create_task(one.ask("tools/call", {"name": "aa_never"}, number=77))
    await until_recorded("tools/call")
    await other.notify("notifications/cancelled", {"requestId": 77})
    await other.ask("tools/list")
    assert not asking.done()
    await one.notify("notifications/cancelled", {"requestId": 77})
    await asking


@ERAS
async def test_a_call_that_takes_too_long_says_so_and_is_cancelled(
    hub, launch, wire, tmp_path, until_recorded, monkeypatch, modern
):
    monkeypatch.setattr(attempts_module, "CALL_SECONDS", 0.3)
    running = await hub(launch("aa", tools=["never"], record=str(tmp_path / "record")))
    client = await wire(running, modern=modern)
    result = (await client.ask("tools/call", {"name": "aa_never"})).json()["result"]
    assert result["isError"]
    assert result["content"][0]["text"].startswith("server 'aa' did not answer within 0.3 s (")
    await until_recorded("notifications/cancelled")


@ERAS
async def test_a_child_that_dies_during_a_call_is_named_with_its_reason_and_serves_the_next(hub, launch, wire, modern):
    running = await hub(launch("aa", tools=["die", "echo"]))
    client = await wire(running, modern=modern)
    result = (await client.ask("tools/call", {"name": "aa_die"})).json()["result"]
    assert result["isError"]
    assert "server 'aa' is degraded: exited with code 3: fatal error: asked to die" in result["content"][0]["text"]
    (answer,) = client.heard(await client.ask("tools/call", {"name": "aa_echo"}))
    assert not answer["result"]["isError"]


@pytest.fixture
def until_recorded(tmp_path):
    """Waits until the child has read a message of that method."""

    async def wait(method):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while method not in (tmp_path / "record").read_text().split():
                await asyncio.sleep(0.01)

    return wait


# What it leaves to FastMCP


@pytest.mark.parametrize(
    "headers",
    [
        {"mcp-method": "tools/list"},
        {"mcp-name": "aa_pid"},
        {"mcp-name": "=?base64?YWFfcGlk?="},
        {"mcp-name": "=?base64?broken?="},
        {"mcp-protocol-version": "2099-01-01"},
        {"accept": "application/json"},
        {"content-type": "application/octet-stream"},
        {"mcp-param-region": "eu"},
    ],
    ids=str,
)
async def test_a_modern_request_that_is_not_regular(hub, launch, wire, slow_path, headers):
    running = await hub(launch("aa"))
    client = await wire(running, modern=True)
    await client.ask("tools/call", {"name": "aa_echo"}, headers=headers)
    assert slow_path == ["tools/call"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"mcp-session-id": "made-up"}, 404),
        ({"mcp-protocol-version": "1999-01-01"}, 400),
        ({"accept": "text/html"}, 406),
    ],
    ids=str,
)
async def test_a_legacy_request_that_is_not_regular(hub, launch, wire, slow_path, changed, status):
    running = await hub(launch("aa"))
    client = await wire(running, modern=False)
    slow_path.clear()
    response = await client.ask("tools/call", {"name": "aa_echo"}, headers=changed)
    assert (slow_path, response.status_code) == (["tools/call"], status)


@ERAS
@pytest.mark.parametrize("number", [None, 1.5, True, ["1"]])
async def test_a_request_that_no_answer_could_name_is_refused_and_not_left_waiting(
    hub, launch, wire, slow_path, modern, number
):
    client = await wire(await hub(launch("aa")), modern=modern)
    slow_path.clear()
    response = await client.ask("tools/call", {"name": "aa_echo"}, number=number)
    (answer,) = client.heard(response)
    assert (slow_path, response.status_code) == ([], 400)
    assert (answer["id"], answer["error"]["code"]) == (None, -32600)


async def test_a_session_that_was_ended_is_not_served(hub, launch, wire):
    running = await hub(launch("aa"))
    client = await wire(running, modern=False)
    await client.http.delete(client.url, headers=PLAIN | {"mcp-session-id": client.session})
    assert (await client.ask("tools/call", {"name": "aa_echo"})).status_code == 404


async def test_a_tool_whose_arguments_travel_in_headers_too(hub, launch, wire, slow_path):
    schema = {"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}}
    running = await hub(launch("aa", schemas={"echo": schema}))
    client = await wire(running, modern=True)
    slow_path.clear()
    await client.ask("tools/call", {"name": "aa_echo"})
    assert slow_path == ["tools/call"]


async def test_a_header_given_twice(hub, launch, wire, slow_path):
    running = await hub(launch("aa"))
    client = await wire(running, modern=True)
    request = client.request("tools/call", {"name": "aa_echo"})
    request.headers = httpx2.Headers([*request.headers.multi_items(), ("mcp-name", "aa_pid")])
    await client.http.send(request)
    assert slow_path == ["tools/call"]


# What it refuses


async def test_a_request_that_is_too_large_is_refused_before_it_is_read_whole(hub, launch, wire, monkeypatch):
    monkeypatch.setattr(limits_module, "MAX_BODY_BYTES", 100_000)
    running = await hub(launch("aa"))
    client = await wire(running, modern=True)
    response = await client.ask("tools/call", {"name": "aa_echo", "arguments": {"text": "x" * 200_000}})
    assert response.status_code == 413
    assert "100,000 bytes" in response.json()["detail"]


async def test_forgotten_sessions_are_bounded_and_told_to_begin_again(hub, launch, wire, monkeypatch):
    monkeypatch.setattr(sessions_module, "MAX_SESSIONS", 1)
    running = await hub(launch("aa"))
    one, other = await wire(running, modern=False), await wire(running, modern=False)
    assert (await one.ask("tools/call", {"name": "aa_echo"})).status_code == 404
    (answer,) = other.heard(await other.ask("tools/call", {"name": "aa_echo"}))
    assert not answer["result"]["isError"]


async def test_a_session_that_is_used_outlives_those_that_are_not(hub, launch, wire, monkeypatch):
    monkeypatch.setattr(sessions_module, "MAX_SESSIONS", 3)
    running = await hub(launch("aa"))
    works = await wire(running, modern=False)
    for _ in range(8):
        # At whatever address: their number is bounded together.
        await wire(running, modern=False, path="/servers/aa/mcp")
        assert (await works.ask("tools/call", {"name": "aa_echo"})).status_code == 200
    assert "hub_sessions 3.0" in (await running.get("/metrics")).text


async def test_a_request_that_breaks_off_is_no_message_and_does_not_reach_fastmcp(hub, launch, slow_path):
    running = await hub(launch("aa"))
    address = urlsplit(running.url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        f"POST /mcp HTTP/1.1\r\nhost: {address.netloc}\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n"
    )
    writer.write(head.encode() + b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}  ')
    await writer.drain()
    # It has begun to read once it has answered another.
    assert (await running.get("/v0/ping")).status_code == 200
    writer.close()
    await writer.wait_closed()
    await running.stop()
    assert slow_path == []


async def test_eight_calls_of_200_kb_at_once_do_not_block_each_other(hub, launch):
    running = await hub(launch("aa"))
    text = "x" * 200_000
    async with Client(StreamableHttpTransport(f"{running.url}/mcp"), timeout=PATIENCE_SECONDS) as client:
        results = await asyncio.gather(*(client.call_tool("aa_echo", {"text": text}) for _ in range(8)))
    assert [json.loads(result.content[0].text)["text"] == text for result in results] == [True] * 8
