"""What servers that are gone leave behind in a hub."""

import asyncio
import gc

import pytest

from hub_launch.run.server import Server

PATIENCE_SECONDS = 20
TIMES = 3
# The last may be held until the next is asked for anything: by an endpoint, or by an exception that is handled.
LAST = 1


def gone(running):
    """The servers that are in memory and not in the hub."""
    gc.collect()
    return [one for one in gc.get_objects() if type(one) is Server and one not in running.supervisor.servers.values()]


@pytest.mark.parametrize("hub", ["fast path", "fastmcp"], indirect=True)
async def test_servers_that_were_replaced_and_removed_are_not_kept(hub, launch):
    running = await hub(launch("aa"))
    before = len(gone(running))
    async with asyncio.timeout(PATIENCE_SECONDS), running.client() as client:
        # FastMCP is there, and provides for each.
        await client.list_prompts()
        for number in range(TIMES):
            name = f"b{number}"
            await running.supervisor.add(launch(name))
            await client.call_tool(f"{name}_echo")
            await running.post(f"/servers/{name}/mcp")
            await running.supervisor.replace(launch(name))
            await client.call_tool(f"{name}_echo")
            await running.supervisor.remove(name)
            await client.list_prompts()
        await running.post("/servers/aa/mcp")
    assert len(gone(running)) <= before + LAST
