"""Servers that come and go while clients of both protocols are connected."""

import asyncio

import mcp_types
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from mcp.client.subscriptions import listen
from mcp.server.subscriptions import ToolsListChanged

from hub_launch.run import server as server_module

PATIENCE_SECONDS = 20
PATHS = pytest.mark.parametrize("hub", ["fast path", "fastmcp"], indirect=True)


async def tools(client):
    return [tool.name for tool in await client.list_tools()]


@PATHS
@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_lists_and_calls_follow_at_once(hub, launch, mode):
    running = await hub(launch("aa"))
    async with running.client(mode=mode) as client:
        assert await tools(client) == ["aa_echo", "aa_pid"]
        await running.supervisor.add(launch("bb"))
        assert await tools(client) == ["aa_echo", "aa_pid", "bb_echo", "bb_pid"]
        assert (await client.call_tool("bb_echo", {"a": 1})).content[0].text == '{"a": 1}'
        await running.supervisor.remove("aa")
        assert await tools(client) == ["bb_echo", "bb_pid"]
        answer = await client.call_tool("aa_echo", raise_on_error=False)
        assert "no server 'aa' runs in this hub" in answer.content[0].text


async def test_a_client_of_the_older_protocol_is_told(hub, launch):
    running = await hub(launch("aa"))
    told = asyncio.Queue()

    async def receive(message):
        # Of prompts, which the first server has none of: what is told of that may come late.
        if isinstance(message, mcp_types.PromptListChangedNotification):
            told.put_nowait(message)

    transport = StreamableHttpTransport(f"{running.url}/mcp")
    async with Client(transport, mode="legacy", message_handler=receive), asyncio.timeout(PATIENCE_SECONDS):
        await running.supervisor.add(launch("bb", prompts=["greet"]))
        await told.get()
        await running.supervisor.remove("bb")
        await told.get()


async def test_a_client_of_the_newer_protocol_that_listens_is_told(hub, launch):
    running = await hub(launch("aa"))
    async with running.client() as client, asyncio.timeout(PATIENCE_SECONDS):
        for order in (running.supervisor.add(launch("bb")), running.supervisor.stop("aa")):
            async with listen(client.session, tools_list_changed=True) as events:
                await order
                async for event in events:
                    if isinstance(event, ToolsListChanged):
                        break
        assert await tools(client) == ["bb_echo", "bb_pid"]


@PATHS
async def test_an_added_server_has_its_own_address_until_it_is_removed(hub, launch):
    running = await hub(launch("aa"))
    assert (await running.post("/servers/bb/mcp")).status_code == 404
    await running.supervisor.add(launch("bb", instructions="I am bb."))
    for mode in ("legacy", "auto"):
        async with running.client("/servers/bb/mcp", mode) as client:
            assert await tools(client) == ["echo", "pid"]
            assert client.instructions == "I am bb."
    await running.supervisor.stop("bb")
    answer = await running.post("/servers/bb/mcp")
    assert (answer.status_code, answer.json()["detail"]) == (
        503,
        "server 'bb' is stopped: it was told to stop (`hub-launch restart bb` starts it)",
    )
    await running.supervisor.remove("bb")
    assert (await running.post("/servers/bb/mcp")).status_code == 404


@PATHS
async def test_another_server_of_the_same_id_speaks_for_itself(hub, launch):
    running = await hub(launch("aa", tools=["old"]))
    async with running.client("/servers/aa/mcp") as client:
        assert await tools(client) == ["old"]
    await running.supervisor.replace(launch("aa", tools=["new"], instructions="I am another."))
    async with running.client("/servers/aa/mcp", "legacy") as client:
        assert await tools(client) == ["new"]
        assert client.instructions == "I am another."
    async with running.client() as client:
        assert await tools(client) == ["aa_new"]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_no_call_fails_while_a_server_is_restarted_again_and_again(hub, launch, mode):
    running = await hub(launch("aa"))
    over = asyncio.Event()
    pids = set()

    async def keep_calling():
        async with running.client(mode=mode) as client:
            while not over.is_set():
                pids.add((await client.call_tool("aa_pid")).content[0].text)

    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(keep_calling())
        for restarts in range(3):
            while len(pids) <= restarts:
                await asyncio.sleep(0.01)
            await running.supervisor.restart("aa")
            await running.supervisor.settled()
        while len(pids) <= 3:
            await asyncio.sleep(0.01)
        over.set()
    assert len(pids) == 4


async def test_a_call_that_takes_too_long_is_told_that_its_server_was_stopped(hub, launch, monkeypatch):
    monkeypatch.setattr(server_module, "DRAIN_SECONDS", 0.2)
    running = await hub(launch("aa", tools=["never"]))
    async with running.client() as client, asyncio.timeout(PATIENCE_SECONDS):
        calling = asyncio.create_task(client.call_tool("aa_never", raise_on_error=False))
        while not running.supervisor.servers["aa"].in_flight:
            await asyncio.sleep(0.01)
        await running.supervisor.stop("aa")
        answer = await calling
    assert answer.content[0].text.startswith("server 'aa' is stopped: it was told to stop")
