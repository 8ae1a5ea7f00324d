"""The reference server of the older protocol, which asks its client, as two clients have it through the hub."""

import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("conformance")]

SERVER = "@modelcontextprotocol/server-everything@2026.8.31"
PATIENCE_SECONDS = 30
# Those that it offers only to a client that can be asked.
ASKING = {"get-roots-list", "trigger-sampling-request", "trigger-elicitation-request"}


@pytest.fixture(scope="module")
def address(npm_program, start_hub):
    """A hub of the server, shared and not."""
    command = npm_program(SERVER, "dist/index.js")
    own = {"argv": command, "isolation": "session"}
    return start_hub({"own": own, "shared": command})


def client_of(address, server, mode, name):
    async def sample(messages, params, context):
        return f"sampled by {name}"

    async def elicit(message, response_type, params, context):
        return {"name": name}

    transport = StreamableHttpTransport(f"{address}/servers/{server}/mcp")
    return Client(
        transport,
        mode=mode,
        timeout=PATIENCE_SECONDS,
        sampling_handler=sample,
        elicitation_handler=elicit,
        roots=[f"file:///{name}"],
    )


async def ask(client, tool, **arguments):
    result = await client.call_tool(tool, arguments, raise_on_error=False)
    return " ".join(part.text for part in result.content)


async def test_each_session_is_offered_what_asks_and_is_asked(address):
    clients = {name: client_of(address, "own", "legacy", name) for name in ("ann", "bob")}
    async with clients["ann"], clients["bob"]:
        for name, client in clients.items():
            assert {tool.name for tool in await client.list_tools()} >= ASKING
            assert f"file:///{name}" in await ask(client, "get-roots-list")
            assert f"sampled by {name}" in await ask(client, "trigger-sampling-request", prompt="hi")
            assert name in await ask(client, "trigger-elicitation-request")


async def test_a_client_without_sessions_is_asked_too(address):
    async with client_of(address, "own", "auto", "ann") as client:
        assert "file:///ann" in await ask(client, "get-roots-list")
        assert "sampled by ann" in await ask(client, "trigger-sampling-request", prompt="hi")
        assert "ann" in await ask(client, "trigger-elicitation-request")


async def test_shared_it_offers_nothing_that_asks(address):
    async with client_of(address, "shared", "legacy", "ann") as client:
        names = {tool.name for tool in await client.list_tools()}
    assert "echo" in names
    assert names.isdisjoint(ASKING)
