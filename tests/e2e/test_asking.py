"""A server of the older protocol that asks its client, with what its user agreed to, as a user starts it."""

import json
from functools import partial
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

pytestmark = pytest.mark.e2e

PATIENCE_SECONDS = 30
# Those that it offers only to a client that can be asked.
ASKING = {"get-roots-list", "trigger-sampling-request", "trigger-elicitation-request"}


@pytest.fixture
def launch(start_hub, scripts, site, environment):
    """Starts the server in a hub; its address, and what ends the hub."""

    def start(*words):
        command = [scripts / "hub-launch", "--registry", site, "--port", "0", "--yes", "everything", *words]
        hub = start_hub(command, env=environment)
        return f"{hub.ready()}/servers/everything/mcp", hub

    return start


@pytest.fixture
def pinned(environment):
    """The pin of the server in the user's lock."""
    path = Path(environment["HUB_CONFIG_DIR"]) / "hub.lock"
    return lambda: json.loads(path.read_text())["servers"]["everything"]


def client_of(address, mode, name):
    """A client that can be asked, and answers with its name."""

    async def sample(messages, params, context):
        return f"sampled by {name}"

    async def elicit(message, response_type, params, context):
        return {"name": name}

    handlers = {"sampling_handler": sample, "elicitation_handler": elicit, "roots": [f"file:///{name}"]}
    return Client(StreamableHttpTransport(address), mode=mode, timeout=PATIENCE_SECONDS, **handlers)


async def ask(client, tool, **arguments):
    result = await client.call_tool(tool, arguments, raise_on_error=False)
    return " ".join(part.text for part in result.content)


async def is_asked(client, name):
    assert f"file:///{name}" in await ask(client, "get-roots-list")
    assert f"sampled by {name}" in await ask(client, "trigger-sampling-request", prompt="hi")
    assert name in await ask(client, "trigger-elicitation-request")


async def test_who_can_be_asked_is_offered_what_asks_and_is_asked(launch, pinned):
    address, hub = launch("--isolation", "everything=session")
    of = partial(client_of, address)
    async with of("legacy", "ann") as ann, of("legacy", "bob") as bob, of("auto", "cleo") as modern:
        for name, client in (("ann", ann), ("bob", bob)):
            assert {tool.name for tool in await client.list_tools()} >= ASKING
            await is_asked(client, name)
        # Without a session it is shown what all are; it may call the others all the same.
        await is_asked(modern, "cleo")
    assert hub.stop() == 0
    pin = pinned()
    assert pin["toolsSha256"] not in pin["toolsSha256With"].values()
    assert list(pin["toolsSha256With"]) == ["elicitation,elicitation.url,roots,sampling"]

    # What is pinned for some is nothing to those that share it.
    address, _ = launch()
    async with client_of(address, "legacy", "ann") as client:
        names = {tool.name for tool in await client.list_tools()}
    assert "echo" in names
    assert names.isdisjoint(ASKING)
