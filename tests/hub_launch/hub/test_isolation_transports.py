"""What a server may ask of a client, over every transport: remote servers with real sessions, and a hub on pipes."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

from hub_launch.plan import HttpLaunch

PATIENCE_SECONDS = 20
HERE = Path(__file__).parent
FIXTURE = HERE.parents[1] / "conformance" / "fixture_server.py"
CLIENTS = pytest.mark.parametrize("mode", ["legacy", "auto"], ids=["legacy client", "modern client"])
SERVERS = pytest.mark.parametrize("era", ["legacy", "modern"], ids=["legacy server", "modern server"])


def connected(transport, mode, name="ann"):
    """A real client that answers everything with its name."""

    async def sample(messages, params, context):
        return f"sampled by {name}"

    async def elicit(message, response_type, params, context):
        return {"username": name, "email": f"{name}@example.com"}

    handlers = {"sampling_handler": sample, "elicitation_handler": elicit, "roots": [f"file:///{name}"]}
    return Client(transport, mode=mode, timeout=PATIENCE_SECONDS, **handlers)


async def ask(client, tool, **arguments):
    result = await client.call_tool(tool, arguments, raise_on_error=False)
    return result.content[0].text


@pytest.fixture(scope="module")
def remote():
    """Starts the server that offers all of MCP, over HTTP and in one era; returns its address."""
    running = {}

    def start(era):
        if era not in running:
            command = [sys.executable, str(FIXTURE), "--http", "--era", era]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            running[era] = process, process.stdout.readline().strip()
        return running[era][1]

    yield start
    for process, _ in running.values():
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        process.stdout.close()


@CLIENTS
@SERVERS
async def test_a_remote_server_asks_the_client_whose_session_it_is(hub, remote, era, mode):
    launch = HttpLaunch("far", "Far", "remote", "streamable-http", remote(era), own_network=True, isolation="session")
    running = await hub(launch)
    url = f"{running.url}/servers/far/mcp"
    ann, bob = (connected(StreamableHttpTransport(url), mode, name) for name in ("ann", "bob"))
    async with ann, bob:
        for client, name in ((ann, "ann"), (bob, "bob"), (ann, "ann")):
            assert await ask(client, "test_sampling", prompt="hi") == f"LLM response: sampled by {name}"
            assert f"{name}@example.com" in await ask(client, "test_elicitation", message="who?")
            assert await ask(client, "test_roots") == f"file:///{name}"


@CLIENTS
@SERVERS
async def test_a_remote_server_that_all_share_asks_in_the_newer_protocol_alone(hub, remote, era, mode):
    running = await hub(HttpLaunch("far", "Far", "remote", "streamable-http", remote(era), own_network=True))
    async with connected(StreamableHttpTransport(f"{running.url}/servers/far/mcp"), mode) as client:
        try:
            answer = await ask(client, "test_roots")
        except Exception as error:
            answer = str(error)
    assert answer.startswith(
        "file:///ann" if era == "modern" else "no client can be asked: all clients of the hub share"
    )


@CLIENTS
@SERVERS
async def test_the_client_of_a_hub_on_pipes_is_asked(tmp_path, era, mode):
    servers = {"asker": {"command": sys.executable, "args": ["-I", str(HERE / "asking_server.py"), era]}}
    (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": servers}))
    words = ["--mcp-json", str(tmp_path / "mcp.json"), "--stdio", "--yes", "--isolation", "asker=session"]
    env = {f"HUB_{kind}_DIR": str(tmp_path / kind) for kind in ("CACHE", "STATE", "CONFIG")}
    start = "from hub_launch.cli.main import entrypoint; entrypoint()"
    transport = StdioTransport(sys.executable, ["-c", start, *words], env=env, log_file=tmp_path / "log")
    async with connected(transport, mode) as client:
        roots = json.loads(await ask(client, "asker_ask", method="roots/list", params={}))
        twice = await ask(client, "asker_twice")
    assert roots["result"] == {"roots": [{"uri": "file:///ann"}]}
    assert "file:///ann" in twice


@SERVERS
async def test_what_a_shared_remote_server_logs_in_a_call_is_told_to_whoever_called(hub, remote, era):
    """Two clients are there, so that nothing could be told that does not come with an answer."""
    running = await hub(HttpLaunch("far", "Far", "remote", "streamable-http", remote(era), own_network=True))
    heard = {"ann": [], "bob": []}

    def logging_to(name):
        async def log(message):
            heard[name].append(message.level)

        return Client(StreamableHttpTransport(f"{running.url}/mcp"), mode="legacy", log_handler=log)

    async with logging_to("ann") as ann, logging_to("bob") as bob:
        await asyncio.gather(ann.ping(), bob.call_tool("far_test_simple_text"))
        await asyncio.gather(ann.call_tool("far_test_tool_with_logging"), bob.call_tool("far_test_simple_text"))
    assert heard == {"ann": ["info"] * 3, "bob": []}
