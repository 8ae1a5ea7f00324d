"""A hub with real servers, as a user starts it."""

import asyncio
import contextlib
import json
import signal
import socket
import subprocess

import httpx2
import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

pytestmark = pytest.mark.e2e


@pytest.fixture
def launch(start_hub, scripts, site, environment):
    def start(*words):
        command = [scripts / "hub-launch", "--registry", site, "--port", "0", "--yes", *words]
        return start_hub(command, env=environment)

    return start


async def test_one_server_that_cannot_start_leaves_the_other_four(launch, tmp_path):
    broken = tmp_path / "mcp.json"
    broken.write_text(
        '{"mcpServers": {"broken": {"command": "npx", "args": ["-y", "mcp-hub-launch-no-such-package"]}}}'
    )
    hub = launch("time", "git", "registry", "everything", "--mcp-json", str(broken))
    address = hub.ready()
    assert "broken: failed: exited with code 1" in hub.output
    async with Client(f"{address}/mcp") as client:
        names = {tool.name.partition("_")[0] for tool in await client.list_tools()}
        assert names == {"time", "git", "registry", "everything"}
        answer = await client.call_tool("registry_search_servers", {"query": "time"})
        assert answer.data["servers"][0]["id"] == "time"
        missing = await client.call_tool("broken_tool", {}, raise_on_error=False)
        assert missing.is_error
        assert "server 'broken' is failed" in missing.content[0].text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_launching_twice_leaves_no_process(launch, tree, number):
    for _ in range(2):
        hub = launch("time", "everything")
        hub.ready()
        children = tree(hub.process.pid)
        assert len(children) >= 2
        assert hub.stop(number) == 0
        assert "All servers ended." in hub.output
        assert not children & tree(1), "a server outlived its hub"


async def test_an_editor_can_spawn_the_hub_on_stdio(scripts, site, environment):
    command = StdioTransport(
        str(scripts / "hub-launch"), ["--registry", str(site), "--stdio", "time", "git", "--yes"], env=environment
    )
    async with Client(command, init_timeout=60, timeout=120) as client:
        names = {tool.name for tool in await client.list_tools()}
        assert {"time_get_current_time", "git_git_status"} <= names
        answer = await client.call_tool("time_get_current_time", {"timezone": "Asia/Tokyo"})
        assert "Asia/Tokyo" in answer.content[0].text


def test_the_stdio_hub_ends_with_its_client(scripts, site, environment, tree):
    hub = subprocess.Popen(
        [scripts / "hub-launch", "--registry", site, "--stdio", "time", "--yes"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in hub.stderr:
        if "time: ready" in line:
            break
    children = tree(hub.pid)
    assert children
    hub.communicate(timeout=15)
    assert hub.returncode == 0
    assert not children & tree(1)


def test_a_port_in_use_is_named_and_nothing_is_started(scripts, site, environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = subprocess.run(
            [scripts / "hub-launch", "--registry", site, "--port", str(port), "--yes", "time"],
            env=environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert run.returncode == 5
    assert f"Port {port} on 127.0.0.1 is in use" in run.stderr
    assert "starting" not in run.stdout


def test_call_starts_a_server_and_prints_what_its_tool_answers(scripts, site, environment, tmp_path):
    (tmp_path / "note.txt").write_text("remember the milk")
    run = subprocess.run(
        [scripts / "hub-launch", "call", "filesystem", "read_text_file", "--registry", site, "--yes",
         "--set", "filesystem.folder=.", "--arg", f"path={tmp_path}/note.txt"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "remember the milk"


async def test_an_api_becomes_tools(launch, loopback_api):
    hub = launch("open-meteo", "--set", f"open-meteo.url={loopback_api.address}")
    async with Client(f"{hub.ready()}/servers/open-meteo/mcp") as client:
        assert [tool.name for tool in await client.list_tools()] == ["get_forecast"]
        wanted = {"latitude": 48.85, "longitude": 2.35, "current": ["temperature_2m", "rain"]}
        answer = await client.call_tool("get_forecast", wanted)
        assert answer.structured_content["current"] == {"temperature_2m": 18.5}
    assert loopback_api.requests == ["/v1/forecast?latitude=48.85&longitude=2.35&current=temperature_2m%2Crain"]


async def test_a_remote_server_is_served_like_a_local_one(launch, scripts, start_hub, site, environment, tmp_path):
    """The remote is a second hub of ours: no public server is reachable from a test."""
    remote = launch("time")
    config = tmp_path / "mcp.json"
    config.write_text(json.dumps({"mcpServers": {"far": {"url": f"{remote.ready()}/servers/time/mcp"}}}))
    hub = launch("--mcp-json", str(config))
    async with Client(f"{hub.ready()}/mcp") as client:
        answer = await client.call_tool("far_get_current_time", {"timezone": "Europe/Paris"})
        assert "Europe/Paris" in answer.content[0].text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_stdio_hub_while_its_client_is_silent(scripts, site, environment, tree, number):
    hub = subprocess.Popen(
        [scripts / "hub-launch", "--registry", site, "--stdio", "time", "--yes"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with hub:
        for line in hub.stderr:
            if "time: ready" in line:
                break
        children = tree(hub.pid)
        hub.send_signal(number)
        assert hub.wait(15) == 0
        assert not children & tree(1)


async def test_ctrl_c_ends_the_hub_although_a_client_holds_a_stream_open(launch):
    hub = launch("time")
    address = hub.ready()
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx2.AsyncClient(timeout=30))
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        accept = {"Accept": "application/json, text/event-stream"}
        opened = await http.post(
            f"{address}/mcp", headers=accept,
            json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        )  # fmt: skip
        session = {**accept, "Mcp-Session-Id": opened.headers["mcp-session-id"]}
        stream = await stack.enter_async_context(http.stream("GET", f"{address}/mcp", headers=session))
        assert stream.status_code == 200
        assert await asyncio.to_thread(hub.stop) == 0
