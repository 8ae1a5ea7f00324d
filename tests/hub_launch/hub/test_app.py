import asyncio
import json
import time
from dataclasses import replace

import pytest

import hub_launch.hub.app as app_module
import hub_launch.hub.calls as calls_module
import hub_launch.hub.desk as desk_module
import hub_launch.hub.mcp as mcp_module
from hub_launch.errors import HubError
from hub_launch.run.supervisor import failed

# Clients of both protocol eras, in front of children of both.
MODES = pytest.mark.parametrize("mode", ["legacy", "auto"])
ERAS = pytest.mark.parametrize("era", ["legacy", "modern"])
# What is answered on both ways is the same.
PATHS = pytest.mark.parametrize("hub", ["fast path", "fastmcp"], indirect=True)
FASTMCP = pytest.mark.parametrize("hub", ["fastmcp"], indirect=True)


@pytest.fixture
def impatient(monkeypatch):
    """Lists and calls wait for slow servers half a second only."""
    for module in (app_module, desk_module):
        monkeypatch.setattr(module, "LIST_WAIT_SECONDS", 0.5)
    for module in (calls_module, mcp_module):
        monkeypatch.setattr(module, "START_WAIT_SECONDS", 0.5)


# All servers behind one endpoint


@PATHS
@MODES
@ERAS
async def test_the_hub_lists_every_servers_tools_under_its_id(hub, launch, mode, era):
    running = await hub(launch("aa", era=era, tools=["echo", "pid"]), launch("b-b", tools=["echo", "with_underscore"]))
    async with running.client(mode=mode) as client:
        names = [tool.name for tool in await client.list_tools()]
    assert names == ["aa_echo", "aa_pid", "b-b_echo", "b-b_with_underscore"]


@PATHS
@MODES
@ERAS
async def test_a_call_reaches_the_server_of_that_id_with_its_arguments(hub, launch, mode, era):
    running = await hub(launch("aa", era=era), launch("bb", era=era))
    async with running.client(mode=mode) as client:
        one, two = [(await client.call_tool(f"{name}_pid")).content[0].text for name in ("aa", "bb")]
        said = await client.call_tool("aa_echo", {"nested": {"list": [1, None, "ä"]}})
    assert one != two
    assert json.loads(said.content[0].text) == {"nested": {"list": [1, None, "ä"]}}


@MODES
async def test_resources_and_prompts_are_passed_on(hub, launch, mode):
    running = await hub(launch("aa", resources=["docs://readme"], prompts=["greet"]))
    async with running.client(mode=mode) as client:
        (resource,) = await client.list_resources()
        (content,) = await client.read_resource(resource.uri)
        (prompt,) = await client.list_prompts()
        message = (await client.get_prompt(prompt.name)).messages[0]
    assert prompt.name == "aa_greet"
    assert "docs://readme" in content.text
    assert message.content.text == "prompt greet"


async def test_the_hub_introduces_its_servers(hub, launch):
    running = await hub(launch("aa"))
    async with running.client(mode="legacy") as client:
        assert "aa (Aa)" in client.initialize_result.instructions


@PATHS
@MODES
async def test_a_tool_that_says_it_failed_is_an_error_with_its_words(hub, launch, mode):
    running = await hub(launch("aa", tools=["fail"]))
    async with running.client(mode=mode) as client:
        result = await client.call_tool("aa_fail", raise_on_error=False)
    assert result.is_error
    assert result.content[0].text == "it failed, as asked"


@PATHS
async def test_many_clients_are_served_by_one_child(hub, launch):
    running = await hub(launch("aa"))

    async def pid(mode):
        async with running.client(mode=mode) as client:
            return (await client.call_tool("aa_pid")).content[0].text

    assert len(set(await asyncio.gather(*(pid(mode) for mode in ["legacy", "auto"] * 4)))) == 1


# One server by itself


@PATHS
@MODES
@ERAS
async def test_a_server_is_served_under_its_own_names_with_its_own_instructions(hub, launch, mode, era):
    running = await hub(launch("aa", era=era, instructions="Be kind to aa."), launch("bb", instructions="Not this."))
    async with running.client("/servers/aa/mcp", mode) as client:
        assert [tool.name for tool in await client.list_tools()] == ["echo", "pid"]
        assert (await client.call_tool("echo", {"a": 1})).content[0].text == '{"a": 1}'
        assert client.instructions == "Be kind to aa."


async def test_a_server_that_does_not_run_here_is_not_found(hub, launch):
    running = await hub(launch("aa"))
    for path in ("/servers/nope/mcp", "/servers/", "/servers/..%2f..%2fmcp", "/servers/%00/mcp", "/servers/aa%2e/mcp"):
        answer = await running.post(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"] == "no server of that name runs in this hub"


async def test_a_failed_server_says_why_at_all_its_addresses(hub, launch):
    running = await hub(launch("aa"), launch("bad", exit=1))
    for path in ("/servers/bad/mcp", "/servers/bad", "/servers/bad/", "/servers/bad/sse/x"):
        answer = await running.get(path)
        assert answer.status_code == 503, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert "server 'bad' is failed" in answer.json()["detail"]
    answer = await running.get("/servers/aa/sse")
    assert answer.status_code == 404
    assert "/servers/aa/mcp" in answer.json()["detail"]


async def test_a_server_that_failed_says_why(hub, launch):
    unplanned = failed("cc", "C", "npm", HubError("npx is not installed", "install Node.js"))
    running = await hub(launch("aa", exit=1, stderr="no API key\n"), unplanned=[unplanned])
    answer = await running.post("/servers/aa/mcp")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("server 'aa' is failed: exited with code 1: no API key (see ")
    answer = await running.post("/servers/cc/mcp")
    assert answer.json()["detail"] == "server 'cc' is failed: npx is not installed (install Node.js)"


@PATHS
@MODES
async def test_a_call_to_a_server_that_failed_says_why(hub, launch, mode):
    running = await hub(launch("aa"), launch("bad", exit=1, stderr="no API key\n"))
    async with running.client(mode=mode) as client:
        assert {tool.name for tool in await client.list_tools()} == {"aa_echo", "aa_pid"}
        result = await client.call_tool("bad_anything", raise_on_error=False)
    assert result.is_error
    assert "server 'bad' is failed: exited with code 1: no API key" in result.content[0].text


@MODES
@pytest.mark.parametrize(
    ("path", "tool", "told"),
    [
        ("/mcp", "nope_echo", "no server 'nope' runs in this hub; tools are named <server>_<tool>, of aa"),
        ("/mcp", "aa_ecko", "server 'aa' has no tool 'ecko'; did you mean aa_echo?"),
        ("/mcp", "aa_zzzz", "server 'aa' has no tool 'zzzz'; it has aa_echo, aa_pid"),
        # By itself the server is asked: it knows best what it has.
        ("/servers/aa/mcp", "ecko", "unknown tool ecko"),
    ],
)
async def test_a_call_of_a_tool_that_is_not_there_says_so(hub, launch, mode, path, tool, told):
    running = await hub(launch("aa"))
    async with running.client(path, mode=mode) as client:
        result = await client.call_tool_mcp(tool, {})
    assert result.is_error
    assert result.content[0].text == told


@PATHS
@MODES
async def test_after_a_crash_the_call_fails_and_the_next_one_is_served(hub, launch, mode):
    running = await hub(launch("aa", tools=["pid", "die"]), launch("bb"))
    async with running.client(mode=mode) as client:
        before = (await client.call_tool("aa_pid")).content[0].text
        crashed = await client.call_tool("aa_die", raise_on_error=False)
        assert crashed.is_error
        assert "server 'aa' is degraded: exited with code 3: fatal error: asked to die" in crashed.content[0].text
        assert (await client.call_tool("bb_echo")).content[0].text == "{}"
        assert (await client.call_tool("aa_pid")).content[0].text != before


@PATHS
@MODES
async def test_a_cancelled_call_leaves_the_server_to_the_others(hub, launch, mode):
    running = await hub(launch("aa", tools=["pid", "die"]))
    async with running.client(mode=mode) as client:
        await client.call_tool("aa_die", raise_on_error=False)
        # The child is being started anew: whoever gives up now must not take it away.
        for _ in range(3):
            impatient = asyncio.create_task(client.call_tool("aa_pid"))
            await asyncio.sleep(0.01)
            impatient.cancel()
            await asyncio.wait([impatient])
        assert (await client.call_tool("aa_pid")).content[0].text.isdigit()


# Slow servers


@PATHS
@pytest.mark.usefixtures("impatient")
@MODES
async def test_a_server_that_hangs_does_not_keep_the_others_tools_back(hub, launch, mode):
    slow = launch("slow", hang_on=["initialize", "server/discover"])
    running = await hub(launch("aa"), slow, wait=False)
    began = time.monotonic()
    async with running.client(mode=mode) as client:
        assert [tool.name for tool in await client.list_tools()] == ["aa_echo", "aa_pid"]
        assert (await client.call_tool("aa_echo")).content[0].text == "{}"
        result = await client.call_tool("slow_x", raise_on_error=False)
        assert "server 'slow' is starting" in result.content[0].text
    assert (await running.post("/servers/slow/mcp")).status_code == 503
    # A hang guard: without patience running out, the start's two minutes are waited for.
    assert time.monotonic() - began < 15


@PATHS
async def test_a_server_that_hangs_keeps_a_list_waiting_for_a_moment_only(hub, launch):
    slow = launch("slow", hang_on=["initialize", "server/discover"])
    running = await hub(launch("aa"), launch("bb"), slow, wait=False)
    began = time.monotonic()
    async with running.client() as client:
        names = {tool.name for tool in await client.list_tools()}
    assert names == {"aa_echo", "aa_pid", "bb_echo", "bb_pid"}
    # A hang guard: what nobody comes up after is waited for much longer.
    assert time.monotonic() - began < desk_module.LIST_WAIT_SECONDS / 2


@PATHS
async def test_a_list_waits_for_servers_that_are_about_to_be_there(hub, launch):
    running = await hub(launch("aa"), wait=False)
    async with running.client() as client:
        assert [tool.name for tool in await client.list_tools()] == ["aa_echo", "aa_pid"]


# Idle servers


@PATHS
async def test_an_idle_server_is_ended_and_the_next_call_starts_it_again(hub, launch, alive):
    running = await hub(replace(launch("aa", tools=["pid"]), idle_seconds=0.5))
    server = running.supervisor.servers["aa"]
    async with running.client() as client:
        pids = []
        for _ in range(2):
            pids.append(int((await client.call_tool("aa_pid")).content[0].text))
            async with asyncio.timeout(20):
                while not server.resting or alive(pids[-1]):
                    await asyncio.sleep(0.02)
        assert [tool.name for tool in await client.list_tools()] == ["aa_pid"]
    assert pids[0] != pids[1]


@PATHS
async def test_a_server_is_not_ended_during_a_call_however_idle_it_looks(hub, launch):
    running = await hub(replace(launch("aa", tools=["never", "pid"]), idle_seconds=0.2))
    server = running.supervisor.servers["aa"]
    async with running.client() as client:
        waiting = asyncio.create_task(client.call_tool("aa_never"))
        async with asyncio.timeout(20):
            while not server.in_flight:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.6)
        assert not server.resting
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])
        async with asyncio.timeout(20):
            while not server.resting:
                await asyncio.sleep(0.02)


# Schemas by name


@PATHS
async def test_a_modern_call_does_not_make_the_hub_list_anything(hub, launch, tmp_path):
    """With many servers, listing all of them for each call costs more than the calls."""
    record = tmp_path / "record"
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    running = await hub(launch("aa", record=str(record), schemas={"echo": schema}), launch("bb", record=str(record)))
    async with running.client() as client, running.client("/servers/aa/mcp") as single:
        record.write_text("")
        for n in range(5):
            assert (await client.call_tool_mcp("aa_echo", {"a": n})).content[0].text == f'{{"a": {n}}}'
            await single.call_tool_mcp("echo", {"a": n})
    asked = record.read_text().split()
    assert asked.count("tools/call") == 10
    assert [method for method in asked if method.endswith("/list")] == []


@FASTMCP
async def test_the_protocol_layer_gets_schemas_from_our_lookup(hub, launch, monkeypatch):
    """FastMCP's own name `_mcp_server.get_tool_input_schema`: this fails when it moves."""
    from mcp.server.lowlevel import Server

    assert hasattr(Server("x"), "get_tool_input_schema") or hasattr(Server, "get_tool_input_schema")
    looked_up = []

    def server_schema(server, tool):
        looked_up.append((server.status.id, tool))
        return next((one.input_schema for one in server.offer.tools if one.name == tool), None)

    monkeypatch.setattr(mcp_module, "server_schema", server_schema)
    running = await hub(launch("aa"))
    async with running.client() as client, running.client("/servers/aa/mcp") as single:
        await client.call_tool_mcp("aa_echo", {"a": 1})
        await single.call_tool_mcp("echo", {"a": 1})
    assert looked_up == [("aa", "echo"), ("aa", "echo")]


# Who may call


@pytest.mark.parametrize("path", ["/mcp", "/servers/aa/mcp", "/servers/bad/mcp", "/servers/nope/mcp"])
async def test_a_foreign_name_for_this_machine_is_turned_away(hub, launch, path):
    """A web page that points a name of its own at 127.0.0.1; it learns nothing, not even what runs here."""
    running = await hub(launch("aa"), launch("bad", exit=1))
    assert (await running.post(path, Host="evil.example")).status_code == 421
    assert (await running.get(path, Host="evil.example")).status_code == 421


@pytest.mark.parametrize("path", ["/mcp", "/servers/aa/mcp", "/servers/bad/mcp", "/servers/nope/mcp"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1:1"]
)
async def test_a_foreign_web_page_is_turned_away(hub, launch, path, origin):
    running = await hub(launch("aa"), launch("bad", exit=1))
    assert (await running.post(path, Origin=origin)).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
async def test_local_names_are_let_in(hub, launch, host):
    running = await hub(launch("aa"))
    port = running.url.rpartition(":")[2]
    for path in ("/mcp", "/servers/aa/mcp"):
        name = f"{host}:{port}"
        assert (await running.post(path, Host=name, Origin=f"http://{name}")).status_code not in (403, 421)


async def test_a_ping_says_that_the_hub_is_alive(hub, launch):
    running = await hub(launch("aa"))
    assert (await running.get("/v0/ping")).json()["pong"] is True


# The end


async def test_when_the_hub_ends_its_children_do(tmp_path, launch, alive):
    from hub_launch.hub.app import build_app
    from hub_launch.run.supervisor import Supervisor

    supervisor = Supervisor([launch("aa"), launch("bb")], [], tmp_path / "logs", lambda status: None)
    app = build_app(supervisor)
    async with app.router.lifespan_context(app):
        await supervisor.settled(20)
        pids = [server.backend.child._process.pid for server in supervisor.servers.values()]
        assert [alive(pid) for pid in pids] == [True, True]
    assert [alive(pid) for pid in pids] == [False, False]
