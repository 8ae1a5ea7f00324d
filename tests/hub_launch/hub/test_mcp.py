import asyncio

import pytest

from hub_launch.hub.mcp import Front, single
from hub_launch.run.supervisor import Supervisor


@pytest.fixture
def supervisor(launch, tmp_path):
    """Servers that were not started."""
    return Supervisor([launch("aa"), launch("b-b")], [], tmp_path, lambda status: None)


async def test_before_a_server_serves_it_offers_nothing(supervisor):
    assert await single(supervisor.servers["aa"]).list_tools() == []


async def test_a_schema_is_looked_up_by_the_tools_name_among_all_tools(supervisor, monkeypatch):
    monkeypatch.setattr("hub_launch.hub.mcp.server_schema", lambda server, tool: {server.status.id: tool})
    front = Front(supervisor)
    lookup = front.mcp._mcp_server.get_tool_input_schema
    assert lookup("b-b_get_it") == {"b-b": "get_it"}
    assert lookup("nobody_get_it") is None
    assert lookup("plain") is None


def test_the_instructions_name_every_server_with_its_title(supervisor):
    assert "Servers: aa (Aa); b-b (B-B)." in Front(supervisor).mcp.instructions


async def test_a_call_waits_for_its_own_server_alone(launch, tmp_path):
    slow = launch("slow", hang_on=["initialize", "server/discover"])
    supervisor = Supervisor([launch("aa"), slow], [], tmp_path, lambda status: None)
    front = Front(supervisor)
    supervisor.start()
    try:
        # A hang guard, shorter than what a list would wait for the slow one.
        async with asyncio.timeout(20):
            assert (await front.mcp.call_tool("aa_echo", {})).content[0].text == "{}"
    finally:
        await supervisor.close()
