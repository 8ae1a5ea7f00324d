"""Clients that are connected when a server comes up late are told so, whatever protocol they speak."""

import asyncio
import dataclasses
import sys

import mcp_types
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from mcp.client.subscriptions import listen
from mcp.server.subscriptions import ToolsListChanged

from hub_launch.hub import desk
from hub_launch.hub.changes import Changes

WAIT_FOR_A_FILE = """
import os, sys, time
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


@pytest.fixture
def gate(tmp_path):
    """The late server comes up when this file is there."""
    return tmp_path / "gate"


@pytest.fixture
async def running(hub, launch, gate, monkeypatch):
    """A hub with one server that is there and one that is not yet; no list waits for the latter."""
    monkeypatch.setattr(desk, "LIST_WAIT_SECONDS", 0)
    late = launch("late")
    late = dataclasses.replace(late, argv=(sys.executable, "-c", WAIT_FOR_A_FILE, str(gate), *late.argv[1:]))
    one = await hub(launch("early"), late, wait=False)
    await one.supervisor.servers["early"].settled(20)
    return one


async def tools(client):
    return {tool.name.partition("_")[0] for tool in await client.list_tools()}


async def test_a_client_of_the_older_protocol_is_notified(running, gate):
    told = asyncio.Queue()

    async def receive(message):
        told.put_nowait(type(message))

    transport = StreamableHttpTransport(f"{running.url}/mcp")
    async with Client(transport, mode="legacy", message_handler=receive) as client:
        assert await tools(client) == {"early"}
        gate.touch()
        async with asyncio.timeout(20):
            # One may still be about the early server.
            while await tools(client) != {"early", "late"}:
                while await told.get() is not mcp_types.ToolListChangedNotification:
                    pass


async def test_a_client_of_the_newer_protocol_that_listens_hears_of_it(running, gate):
    async with running.client() as client:
        assert await tools(client) == {"early"}
        async with listen(client.session, tools_list_changed=True) as events:
            gate.touch()
            async with asyncio.timeout(20):
                async for event in events:
                    # One may still be about the early server.
                    if isinstance(event, ToolsListChanged) and await tools(client) == {"early", "late"}:
                        break


async def test_a_client_of_one_server_is_not_told_of_others(running, gate):
    told = {"early": [], "late": []}
    supervisor = running.supervisor
    news = Changes(supervisor)
    with news.listening(frozenset({"early"})) as early, news.listening(frozenset({"late"})) as late:
        reading = [asyncio.create_task(_collect(*one)) for one in ((early, told["early"]), (late, told["late"]))]
        gate.touch()
        async with asyncio.timeout(20):
            while not told["late"]:
                await asyncio.sleep(0.01)
        for task in reading:
            task.cancel()
    assert told == {"early": [], "late": ["notifications/tools/list_changed"]}


async def _collect(listener, told):
    async for method in listener.told():
        told.append(method)
