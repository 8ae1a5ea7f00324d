"""More tools than an assistant can choose among are found and called by three others; filters and names everywhere."""

import asyncio
import dataclasses
import json

import pytest

from hub_launch.hub.desk import Desk
from hub_launch.hub.metatools import DEFAULT_RESULTS, MAX_RESULTS, OWN_TOOLS
from hub_launch.run.means import MEANS
from hub_launch.run.selection import Selection
from hub_launch.run.supervisor import Supervisor

PLAIN = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
ERAS = pytest.mark.parametrize("modern", [False, True], ids=["legacy", "modern"])
MANY = [f"tool_{number}" for number in range(41)]


def choosing(**said):
    return dataclasses.replace(MEANS, selection=Selection(**said))


async def listed(client):
    answer = await client.result("tools/list")
    return [tool["name"] for tool in answer["tools"]]


async def call(client, name, arguments=None):
    return await client.result("tools/call", {"name": name, "arguments": arguments or {}})


async def text(client, name, arguments=None):
    return (await call(client, name, arguments))["content"][0]["text"]


# Whether tools are searched


@ERAS
@pytest.mark.parametrize(("tools", "searched"), [(MANY[:40], False), (MANY, True)])
async def test_from_how_many_tools_on(hub, launch, wire, modern, tools, searched):
    running = await hub(launch("aa", tools=tools))
    client = await wire(running, modern=modern)
    assert (set(await listed(client)) == OWN_TOOLS) == searched
    running.supervisor.select(Selection(mode="search"))
    assert set(await listed(client)) == OWN_TOOLS
    running.supervisor.select(Selection(mode="all"))
    assert len(await listed(client)) == len(tools)


async def test_the_number_may_be_another_and_hidden_tools_do_not_count(hub, launch, wire):
    running = await hub(launch("aa", tools=MANY[:5]), means=choosing(tools_over=4))
    client = await wire(running, modern=True)
    assert set(await listed(client)) == OWN_TOOLS
    running.supervisor.select(Selection(tools_over=5))
    assert len(await listed(client)) == 5
    running.supervisor.select(Selection(tools_over=4, hide=("aa.tool_2",)))
    assert len(await listed(client)) == 4


async def test_a_server_by_itself_offers_all_its_tools(hub, launch, wire):
    running = await hub(launch("aa", tools=MANY), means=choosing(mode="search"))
    client = await wire(running, modern=True, path="/servers/aa/mcp")
    assert await listed(client) == MANY
    assert "search_tools" in await text(client, "search_tools", {"query": "x"})


@pytest.fixture
async def supervisor(launch, tmp_path):
    """Three servers that are up, of 30 tools, of 9 and of 2."""
    launches = [launch("aa", tools=MANY[:30]), launch("bb", tools=MANY[:9]), launch("cc", tools=MANY[:2])]
    one = Supervisor(launches, [], tmp_path, lambda status: None)
    one.start()
    await one.settled()
    yield one
    await one.close()


async def test_it_does_not_change_to_and_fro(supervisor):
    desk = Desk(supervisor.servers, prefixed=True)
    assert desk.searches
    # Servers that are down for a while are counted.
    bb = supervisor.servers["bb"]
    await supervisor.stop("bb")
    assert not bb.serving
    assert desk.searches
    # A few that are gone may come again; many that are gone are gone.
    await supervisor.remove("cc")
    assert desk.searches
    await supervisor.remove("bb")
    assert not desk.searches


# Finding


@pytest.fixture
async def searching(hub, launch, wire):
    """A client of some servers whose tools are searched."""

    async def connect(*launches, modern=True, **said):
        return await wire(await hub(*launches, means=choosing(mode="search", **said)), modern=modern)

    return connect


@ERAS
async def test_what_is_found_is_a_definition_that_can_be_called(searching, launch, modern):
    schema = {"type": "object", "properties": {"folder": {"type": "string", "description": "where to look"}}}
    client = await searching(launch("aa", tools=["echo", "pid"], schemas={"echo": schema}), launch("bb"), modern=modern)
    found = await call(client, "search_tools", {"query": "look into a folder"})
    tools = json.loads(found["content"][0]["text"])
    assert tools == found["structuredContent"]["result"] == [{"name": "aa_echo", "inputSchema": schema}]
    called = await call(client, "call_tool", {"name": tools[0]["name"], "arguments": {"folder": "x"}})
    assert called["content"][0]["text"] == '{"folder": "x"}'
    assert called.get("resultType") == ("complete" if modern else None)


async def test_a_name_finds_its_tool_first(searching, launch):
    client = await searching(launch("aa", tools=["read", "read_read_all"]))
    found = json.loads(await text(client, "search_tools", {"query": "aa_read"}))
    assert [tool["name"] for tool in found] == ["aa_read", "aa_read_read_all"]


async def test_so_many_are_found_at_most(searching, launch):
    client = await searching(launch("aa", tools=MANY))
    for limit, count in ((None, DEFAULT_RESULTS), (2, 2), (0, 1), (99, MAX_RESULTS), ("x", DEFAULT_RESULTS)):
        found = json.loads(await text(client, "search_tools", {"query": "tool aa", "limit": limit}))
        assert len(found) == count


async def test_what_is_not_found_is_said(searching, launch):
    client = await searching(launch("aa"))
    found = await call(client, "search_tools", {"query": "zebra"})
    assert "list_available_tools" in found["content"][0]["text"]
    assert found["structuredContent"] == {"result": []}
    assert not found.get("isError")


async def test_a_question_without_words_is_an_error_that_says_so(searching, launch):
    client = await searching(launch("aa"))
    for arguments in ({}, {"query": ""}, {"query": 3}, {"query": None}):
        found = await call(client, "search_tools", arguments)
        assert found["isError"]
        assert "`query`" in found["content"][0]["text"]


async def test_the_tools_that_search_name_the_servers_with_their_numbers(searching, launch):
    client = await searching(launch("aa", tools=MANY), launch("bb"), launch("none", tools=[]))
    tools = (await client.ask("tools/list")).json()["result"]["tools"]
    assert "aa (41), bb (2)." in tools[0]["description"]
    welcome = (await client.ask("server/discover")).json()["result"]
    assert "search_tools finds them" in welcome["instructions"]


async def test_servers_that_come_are_found(searching, launch, hub, wire):
    running = await hub(launch("aa"), means=choosing(mode="search"))
    client = await wire(running, modern=True)
    assert "aa_echo" in await text(client, "search_tools", {"query": "echo"})
    await running.supervisor.add(launch("bb"))
    await running.supervisor.servers["bb"].settled(20)
    assert "bb_echo" in await text(client, "search_tools", {"query": "echo"})
    await running.supervisor.remove("aa")
    assert "aa_echo" not in await text(client, "search_tools", {"query": "echo"})


# Listing


async def test_a_short_list_says_what_tools_do_and_a_long_one_their_names(searching, launch):
    client = await searching(launch("aa"), launch("bb", tools=MANY * 3))
    assert await text(client, "list_available_tools", {"server": "aa"}) == "aa_echo\naa_pid"
    client = await searching(launch("aa"), launch("bb", tools=[f"t{number}" for number in range(100)]))
    first, *_, last = (await text(client, "list_available_tools")).splitlines()
    assert first == "aa (2): aa_echo, aa_pid"
    assert "`server`" in last


async def test_tools_of_a_server_that_is_not_there(searching, launch):
    answer = await call(await searching(launch("aa")), "list_available_tools", {"server": "cc"})
    assert answer["isError"]
    assert answer["content"][0]["text"] == "no server 'cc' has tools here; those that have: aa"


# Calling


@ERAS
@pytest.mark.parametrize("over", ["auto", "search"])
async def test_tools_are_called_by_their_own_names_as_well(hub, launch, wire, modern, over):
    client = await wire(await hub(launch("aa"), means=choosing(mode=over)), modern=modern)
    assert await text(client, "aa_echo", {"n": 1}) == '{"n": 1}'
    assert await text(client, "call_tool", {"name": "aa_echo", "arguments": {"n": 1}}) == '{"n": 1}'


async def test_arguments_may_be_left_out_or_be_what_a_model_wrote_as_a_text(searching, launch):
    client = await searching(launch("aa"))
    assert await text(client, "call_tool", {"name": "aa_echo"}) == "{}"
    assert await text(client, "call_tool", {"name": "aa_echo", "arguments": None}) == "{}"
    assert await text(client, "call_tool", {"name": "aa_echo", "arguments": '{"n": 1}'}) == '{"n": 1}'


async def test_a_call_that_cannot_be_meant_says_what_to_do(searching, launch):
    client = await searching(launch("aa"))
    for arguments, hint in (
        ({}, "`name`"),
        ({"name": 3}, "`name`"),
        ({"name": "search_tools"}, "by itself"),
        ({"name": "call_tool"}, "by itself"),
        ({"name": "aa_echo", "arguments": [1]}, "has to be an object"),
        ({"name": "aa_echo", "arguments": "no JSON"}, "has to be an object"),
        ({"name": "aa_ecko"}, "did you mean aa_echo?"),
        ({"name": "cc_echo"}, "no server 'cc'"),
    ):
        answer = await call(client, "call_tool", arguments)
        assert answer["isError"]
        assert hint in answer["content"][0]["text"]


@ERAS
async def test_progress_of_a_tool_that_was_found_reaches_the_client(searching, launch, modern):
    client = await searching(launch("aa", tools=["progress"]), modern=modern)
    arguments = {"name": "call_tool", "arguments": {"name": "aa_progress"}, "_meta": {"progressToken": "p"}}
    response = await client.ask("tools/call", arguments)
    told = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]
    assert [one["params"]["progress"] for one in told[:-1]] == [1, 2]
    assert {one["params"]["progressToken"] for one in told[:-1]} == {"p"}
    assert told[-1]["result"]["content"][0]["text"] == "done"


async def test_a_call_of_a_tool_that_was_found_is_cancelled(searching, launch, hub, wire):
    running = await hub(launch("aa", tools=["never"]), means=choosing(mode="search"))
    client = await wire(running, modern=False)
    calling = asyncio.create_task(client.ask("tools/call", {"name": "call_tool", "arguments": {"name": "aa_never"}}))
    async with asyncio.timeout(20):
        while not calling.done():
            await client.notify("notifications/cancelled", {"requestId": 1})
            await asyncio.sleep(0.05)
    assert (await calling).text == ""


async def test_without_a_search_its_tools_are_unknown(hub, launch, wire):
    client = await wire(await hub(launch("aa"), means=choosing(mode="all")), modern=True)
    assert "no server 'search'" in await text(client, "search_tools", {"query": "echo"})


async def test_a_servers_tool_of_such_a_name_has_another(hub, launch, wire):
    client = await wire(await hub(launch("search", tools=["tools", "echo"])), modern=True)
    name, other = await listed(client)
    assert other == "search_echo"
    assert name.startswith("search_tools_")
    assert await text(client, name) == "unknown tool tools"


# Filters and names


@ERAS
@pytest.mark.parametrize("path", ["/mcp", "/servers/aa/mcp"])
async def test_what_is_hidden_is_in_no_list_and_cannot_be_called(hub, launch, wire, modern, path):
    running = await hub(launch("aa", tools=["echo", "pid", "env"]), means=choosing(hide=("aa.e*",)))
    client = await wire(running, modern=modern, path=path)
    prefix = "aa_" if path == "/mcp" else ""
    assert await listed(client) == [f"{prefix}pid"]
    answer = await call(client, f"{prefix}echo")
    assert answer["isError"]
    assert "has no tool 'echo'" in answer["content"][0]["text"]
    answer = await call(client, "call_tool", {"name": "aa_echo"})
    assert answer["isError"]


@ERAS
async def test_a_renamed_tool_is_called_by_its_new_name(hub, launch, wire, modern):
    running = await hub(launch("aa", tools=["echo", "pid"]), means=choosing(renames={"aa.echo": "say"}))
    client = await wire(running, modern=modern)
    assert await listed(client) == ["aa_say", "aa_pid"]
    assert await text(client, "aa_say", {"n": 1}) == '{"n": 1}'
    alone = await wire(running, modern=modern, path="/servers/aa/mcp")
    assert await listed(alone) == ["echo", "pid"]
    assert await text(alone, "echo", {"n": 1}) == '{"n": 1}'


async def test_a_choice_while_clients_are_connected_is_news(hub, launch, wire):
    running = await hub(launch("aa", tools=["echo", "pid"]))
    client = await wire(running, modern=False)
    assert await listed(client) == ["aa_echo", "aa_pid"]
    stream = client.http.build_request("GET", client.url, headers=PLAIN | {"mcp-session-id": client.session})
    response = await client.http.send(stream, stream=True)
    running.supervisor.select(Selection(mode="search"))
    async with asyncio.timeout(20):
        told = (json.loads(line[6:])["method"] async for line in response.aiter_lines() if line.startswith("data: "))
        assert await anext(told) == "notifications/tools/list_changed"
    await response.aclose()
    assert set(await listed(client)) == OWN_TOOLS


# What is left to FastMCP


@pytest.mark.parametrize("hub", ["fastmcp"], indirect=True)
async def test_fastmcp_searches_hides_and_renames_alike(hub, launch):
    said = {"hide": ("aa.pid",), "renames": {"aa.echo": "say"}}
    running = await hub(launch("aa", tools=["echo", "pid", "env"]), means=choosing(**said))
    async with running.client() as client:
        assert [tool.name for tool in await client.list_tools()] == ["aa_say", "aa_env"]
        assert (await client.call_tool("aa_say", {"n": 1})).content[0].text == '{"n": 1}'
        assert (await client.call_tool("aa_pid", raise_on_error=False)).is_error
        running.supervisor.select(Selection(mode="search", **said))
        assert {tool.name for tool in await client.list_tools()} == OWN_TOOLS
        found = await client.call_tool("search_tools", {"query": "say"})
        assert [tool["name"] for tool in json.loads(found.content[0].text)] == ["aa_say"]
        called = await client.call_tool("call_tool", {"name": "aa_say", "arguments": {"n": 2}})
        assert called.content[0].text == '{"n": 2}'
        refused = await client.call_tool("call_tool", {}, raise_on_error=False)
        assert "`name`" in refused.content[0].text


# What it saves


async def test_the_cost_is_estimated_by_bytes(supervisor):
    desk = Desk(supervisor.servers, prefixed=True)
    cost = desk.search.cost()
    one = len('{"name":"aa_tool_10","inputSchema":{"type":"object"}}')
    assert cost.everything == pytest.approx(41 * one / 4, rel=0.05)
    assert 0 < cost.offered < cost.everything
    supervisor.select(Selection(mode="all"))
    assert desk.search.cost().offered == desk.search.cost().everything
