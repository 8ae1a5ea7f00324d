"""An assistant that adds servers to the hub it talks to, after its user agreed, in both versions of the protocol."""

import json
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

pytestmark = pytest.mark.e2e

PATIENCE_SECONDS = 120
MODES = pytest.mark.parametrize("mode", ["legacy", "auto"])


@pytest.fixture
def hub(start_hub, scripts, site, environment):
    """A hub with the `registry` server alone."""
    started = start_hub(
        [scripts / "hub-launch", "--registry", site, "--port", "0", "--yes", "registry"], env=environment
    )
    return f"{started.ready()}/mcp"


@pytest.fixture
def locked(environment):
    """The ids that the user's lock has."""
    path = Path(environment["HUB_CONFIG_DIR"]) / "hub.lock"
    return lambda: set(json.loads(path.read_text())["servers"])


class User:
    """Somebody who reads what an assistant's client shows, and decides."""

    def __init__(self, decision):
        self.decision, self.read = decision, []

    async def __call__(self, message, response_type, params, context):
        self.read.append(message)
        return (
            ElicitResult(action="accept", content={"start": True}) if self.decision else ElicitResult(action="decline")
        )


async def add(client, **arguments):
    result = await client.call_tool("registry_add_server", arguments, raise_on_error=False)
    return result.content[0].text, result.is_error


async def names(client):
    return {tool.name for tool in await client.list_tools()}


@MODES
async def test_an_assistant_finds_a_server_and_adds_it_when_its_user_agrees(hub, locked, mode):
    user = User(decision=True)
    async with Client(
        StreamableHttpTransport(hub), mode=mode, elicitation_handler=user, timeout=PATIENCE_SECONDS
    ) as client:
        found = await client.call_tool("registry_search_servers", {"query": "memory"})
        assert "memory" in [one["id"] for one in found.structured_content["servers"]]
        text, wrong = await add(client, id="memory")
        assert not wrong, text
        # The exact command, and what it may do, as `hub-launch memory` shows them.
        (shown,) = user.read
        assert "@modelcontextprotocol/server-memory@" in shown
        assert "asks for     network: none" in shown
        assert {"memory_read_graph", "registry_add_server"} <= await names(client)
        graph = await client.call_tool("memory_read_graph", {})
        assert "entities" in graph.content[0].text
        assert locked() == {"memory", "registry"}
        assert await add(client, id="memory") == (
            "memory is in this hub already; its tools are listed; call them",
            True,
        )
        assert len(user.read) == 1


@MODES
async def test_nothing_is_added_that_the_user_did_not_agree_to(hub, locked, mode):
    user = User(decision=False)
    transport = StreamableHttpTransport(hub)
    async with Client(transport, mode=mode, elicitation_handler=user, timeout=PATIENCE_SECONDS) as client:
        assert await add(client, id="memory") == ("the user did not agree to start memory, so it was not started", True)
        text, _ = await add(client, id="filesystem")
        assert "folder" in text
        text, _ = await add(client, id="nobody-has-this")
        assert "nobody-has-this" in text
        assert len(user.read) == 1
    async with Client(transport, mode=mode, timeout=PATIENCE_SECONDS) as client:
        text, wrong = await add(client, id="memory")
        assert wrong
        assert "`hub-launch add memory`" in text
        assert not any(name.startswith("memory_") for name in await names(client))
    assert locked() == {"registry"}


async def test_parameters_that_the_assistant_gives_are_shown_with_the_command(hub, tmp_path):
    user = User(decision=True)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "note.txt").write_text("found it")
    async with Client(StreamableHttpTransport(hub), elicitation_handler=user, timeout=PATIENCE_SECONDS) as client:
        text, wrong = await add(client, id="filesystem", parameters={"folder": str(tmp_path / "folder")})
        assert not wrong, text
        assert str(tmp_path / "folder") in user.read[0]
        read = await client.call_tool("filesystem_read_text_file", {"path": str(tmp_path / "folder" / "note.txt")})
        assert "found it" in read.content[0].text


async def test_a_hub_that_an_editor_starts_grows_too(scripts, site, environment):
    user = User(decision=True)
    words = ["--registry", str(site), "--stdio", "--yes", "registry"]
    transport = StdioTransport(str(scripts / "hub-launch"), words, env=environment)
    async with Client(transport, mode="legacy", elicitation_handler=user, timeout=PATIENCE_SECONDS) as client:
        text, wrong = await add(client, id="memory")
        assert not wrong, text
        assert "memory_read_graph" in await names(client)
