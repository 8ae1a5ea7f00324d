"""Clients that are connected when a server comes up late are told so, whatever protocol they speak."""

import asyncio
import dataclasses
import sys

import mcp_types
import pytest
from fastmcp import Client
from mcp.client.subscriptions import listen
from mcp.server.subscriptions import ToolsListChanged

from hub_launch.hub import mcp as front
from hub_launch.run.supervisor import Supervisor

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
async def hub(launch, gate, tmp_path, monkeypatch):
    """A hub with one server that is there and one that is not yet; no list waits for the latter."""
    monkeypatch.setattr(front, "LIST_WAIT_SECONDS", 0)
    late = launch("late")
    late = dataclasses.replace(late, argv=(sys.executable, "-c", WAIT_FOR_A_FILE, str(gate), *late.argv[1:]))
    supervisor = Supervisor([launch("early"), late], [], tmp_path / "logs", lambda status: None)
    mcp = front.Front(supervisor).mcp
    supervisor.start()
    await supervisor.servers["early"].settled(20)
    yield mcp
    await supervisor.close()


async def tools(client):
    return {tool.name.partition("_")[0] for tool in await client.list_tools()}


async def test_a_client_of_the_older_protocol_is_notified(hub, gate):
    told = asyncio.Queue()

    async def receive(message):
        told.put_nowait(type(message))

    async with Client(hub, mode="legacy", message_handler=receive) as client:
        assert await tools(client) == {"early"}
        gate.touch()
        async with asyncio.timeout(20):
            while await told.get() is not mcp_types.ToolListChangedNotification:
                pass
        assert await tools(client) == {"early", "late"}


async def test_a_client_of_the_newer_protocol_that_listens_hears_of_it(hub, gate):
    async with Client(hub, mode="auto") as client:
        assert await tools(client) == {"early"}
        async with listen(client.session, tools_list_changed=True) as events:
            gate.touch()
            async with asyncio.timeout(20):
                async for event in events:
                    if isinstance(event, ToolsListChanged):
                        break
        assert await tools(client) == {"early", "late"}
