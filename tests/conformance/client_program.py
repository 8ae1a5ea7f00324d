"""Plays a client for the conformance suite: for each scenario a hub is started for the suite's server, and used.

    python client_program.py SOCKET

Serves client_ask.py at a socket. What reaches the suite's server comes from the hub's own links; the client before the
hub only has them do what the scenario is about.
"""

import asyncio
import contextlib
import json
import sys
import tempfile
import traceback
from functools import partial
from pathlib import Path

import httpx2
import uvicorn
from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StreamableHttpTransport

from hub_launch.hub.app import build_app
from hub_launch.hub.serve import listen
from hub_launch.plan import HttpLaunch
from hub_launch.run.backend import Backend
from hub_launch.run.remote_connection import open_links
from hub_launch.run.server import Means
from hub_launch.run.signin import open_store
from hub_launch.run.signin.flow import Registered, sign_in
from hub_launch.run.supervisor import Supervisor

# The suite's own limit is thirty.
SCENARIO_SECONDS = 25
# A user who is asked a third time gives up.
MOST_SIGN_INS = 2
MODERN = "2026-07-28"
DOCUMENT = "https://conformance-test.local/client-metadata.json"
"""What the suite takes for the address of a document about the client."""

CALLS = {
    "tools_call": [("add_numbers", {"a": 5, "b": 3})],
    "sse-retry": [("test_reconnection", {})],
    "elicitation-sep1034-client-defaults": [("test_client_elicitation_defaults", {})],
    "sep-2322-client-request-state": [
        ("test_mrtr_echo_state", {}),
        ("test_mrtr_unrelated", {}),
        ("test_mrtr_no_state", {}),
        ("test_mrtr_no_result_type", {}),
    ],
}
"""What is called in a scenario; in others every tool that is listed, without arguments."""


async def main(path):
    async with await asyncio.start_unix_server(answer, path) as server:
        await server.serve_forever()


async def answer(reader, writer):
    asked = json.loads(await reader.readline())
    environ = asked["environ"]
    try:
        async with asyncio.timeout(SCENARIO_SECONDS):
            await play(
                environ["MCP_CONFORMANCE_SCENARIO"],
                json.loads(environ.get("MCP_CONFORMANCE_CONTEXT", "{}")),
                environ["MCP_CONFORMANCE_PROTOCOL_VERSION"] == MODERN,
                asked["url"],
            )
        writer.write(b"done\n")
    except Exception:
        writer.write(traceback.format_exc().encode())
    writer.close()


async def play(scenario, context, modern, url):
    """Do what the scenario is about, through a hub. Raises whatever went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        launch = HttpLaunch("far", "Far", "test", "streamable-http", url, own_network=True, isolation="session")
        store = open_store(state)
        for _ in range(MOST_SIGN_INS + 1):
            with contextlib.suppress(Exception) if scenario.startswith("auth/") else contextlib.nullcontext():
                await with_hub(launch, state, scenario, context, modern)
            if not store.challenge(url):
                return
            await sign_in(launch, store, agree, registered=registered(scenario, context))
        raise RuntimeError("the server is never content")


def registered(scenario, context):
    """As whom the operator of the suite's server knows the hub."""
    if scenario == "auth/basic-cimd":
        return Registered(DOCUMENT)
    return Registered(context["client_id"], context["client_secret"]) if scenario == "auth/pre-registration" else None


async def with_hub(launch, state, scenario, context, modern):
    """What a user does: start a hub, and use it."""
    means = Means(connect=partial(Backend, open_link=open_links(state)))
    async with hub(Supervisor([launch], [], state, lambda status: None, means)) as address:
        transport = StreamableHttpTransport(f"{address}/servers/far/mcp")
        mode = MODERN if modern else "legacy"
        async with Client(transport, mode=mode, elicitation_handler=fill_in, timeout=SCENARIO_SECONDS) as client:
            await use(client, scenario, context)


async def use(client, scenario, context):
    """Ask for all that the server has, and call what the scenario wants called."""
    tools = await client.list_tools()
    if scenario == "json-schema-2020-12-preservation":
        schema = next(tool.input_schema for tool in tools if tool.name == "json_schema_2020_12_tool")
        await client.call_tool("json_schema_echo", {"schema": schema})
        return
    wanted = [(one["name"], one["arguments"]) for one in context.get("toolCalls", [])]
    for name, arguments in wanted or CALLS.get(scenario) or [(tool.name, {}) for tool in tools]:
        await client.call_tool(name, arguments, raise_on_error=False)
    if scenario == "http-standard-headers":
        for resource in await client.list_resources():
            await client.read_resource(resource.uri)
        for prompt in await client.list_prompts():
            await client.get_prompt(prompt.name)


async def agree(address):
    """A user who lets the hub in, with their browser."""
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=True) as browser:
        await browser.get(address)


async def fill_in(_message, _kind, params, _context):
    """A user who agrees to what the form says already."""
    fields = params.requested_schema["properties"]
    content = {name: field["default"] for name, field in fields.items() if "default" in field}
    return ElicitResult(action="accept", content=content)


@contextlib.asynccontextmanager
async def hub(supervisor):
    """The address of a hub that is up."""
    listener = listen("127.0.0.1", 0)
    app = build_app(supervisor)
    config = uvicorn.Config(app, lifespan="on", ws="none", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([listener]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        await supervisor.settled()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listener.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
