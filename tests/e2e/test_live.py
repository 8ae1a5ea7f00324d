"""Real servers that come and go while a client is connected."""

import asyncio
import signal
import subprocess

import mcp_types
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

pytestmark = pytest.mark.e2e


async def test_a_connected_client_is_told_of_servers_that_are_added_restarted_and_removed(
    start_hub, scripts, site, environment, tmp_path
):
    def do(*words):
        command = [scripts / "hub-launch", *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)

    (tmp_path / "hub.yaml").write_text("servers:\n  time:\n")
    start = [scripts / "hub-launch", "run", "--registry", site, "--port", "0", "--yes"]
    hub = start_hub(start, cwd=tmp_path, env=environment)
    address = hub.ready()
    told = asyncio.Queue()

    async def receive(message):
        if isinstance(message, mcp_types.ToolListChangedNotification):
            told.put_nowait(message)

    async def servers(client, wanted):
        async with asyncio.timeout(60):
            while {tool.name.partition("_")[0] for tool in await client.list_tools()} != wanted:
                await told.get()

    transport = StreamableHttpTransport(f"{address}/mcp")
    async with Client(transport, mode="legacy", message_handler=receive) as client:
        await servers(client, {"time"})
        added = await asyncio.to_thread(do, "add", "memory", "--yes", "--registry", site)
        assert added.returncode == 0, added.stderr
        await servers(client, {"time", "memory"})
        calls = [client.call_tool("time_get_current_time", {"timezone": "UTC"}) for _ in range(5)]
        restarted, *answers = await asyncio.gather(asyncio.to_thread(do, "restart", "time"), *calls)
        # Before it, on a busy machine, that it is being waited for.
        assert restarted.stderr.endswith("time: ready, 2 tools\n")
        assert all("UTC" in answer.content[0].text for answer in answers)
        disabled = await asyncio.to_thread(do, "disable", "time")
        assert disabled.returncode == 0, disabled.stderr
        await servers(client, {"memory"})
        status = await asyncio.to_thread(do, "status")
        assert "time\tstopped" in status.stdout
        assert "memory\tready" in status.stdout
    assert hub.stop(signal.SIGINT) == 0
    # What was added and disabled is so the next time, too.
    assert (tmp_path / "hub.yaml").read_text() == "servers:\n  memory: {}\n  time: {enabled: false}\n"
