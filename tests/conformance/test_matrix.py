"""Each feature of MCP works through the hub for clients and servers of both eras, or is refused with the reason.

What is expected is in protocol_matrix.py, from which the documentation's table is made.
"""

import asyncio
import contextlib
import re
from functools import partial

import mcp_types as types
import protocol_matrix as matrix
import pytest
from mcp import Client, MCPDeprecationWarning, MCPError, StdioServerParameters
from protocol_matrix import FEATURES, LEGACY, MODERN

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("matrix"),
    # Logging, sampling and roots are on their way out of the protocol, and in use.
    pytest.mark.filterwarnings(f"ignore::{MCPDeprecationWarning.__module__}.{MCPDeprecationWarning.__qualname__}"),
]

# A hang guard, not an expectation.
PATIENCE_SECONDS = 20
# Nothing is to come: as long as what should come takes, and more.
QUIET_SECONDS = 0.5
WATCHED = "test://watched-resource"
INVALID_PARAMS = -32602

ASKED = ("sampling", "elicitation", "roots")
CASES = [
    (feature, client, server, transport)
    for feature in FEATURES
    for (client, server) in FEATURES[feature].cells
    for transport in matrix.TRANSPORTS
]


# Each of these starts a process: all that a server asks for, and everything once.
OWN = [case for case in CASES if case[0] in ASKED or case[1:3] == (LEGACY, LEGACY)]


# The same where names are the hub's: each feature once for each era of clients.
FRONT = [
    case for case in CASES if FEATURES[case[0]].cells[case[1:3]].shared and case[1] != case[2] and case[3] == "stdio"
]
# Each of these starts a hub: what is done otherwise on a pipe, where the hub has one client and no sessions.
ON_A_PIPE = ("tools", "subscriptions", "list_changed", "logging", "progress", "cancellation", "elicitation")
PIPE = [case for case in FRONT if case[0] in ON_A_PIPE]


@pytest.fixture(scope="module")
def hub(start_hub, fixture_server, fixture_command):
    """A hub of one server of each era and transport, and of the same with a server for each client."""
    targets = {}
    for era in matrix.ERAS:
        here, there = [*fixture_command, "--era", era], fixture_server("--era", era)
        targets |= {f"{era}-stdio": here, f"{era}-http": there}
        targets |= {f"{era}-stdio-own": {"argv": here, "isolation": "session"}}
        targets |= {f"{era}-http-own": {"url": there, "isolation": "session"}}
    return start_hub(targets)


@pytest.fixture(scope="module")
def fronts(start_hub, fixture_command):
    """Hubs of one server of an era each; with more servers tools would be searched for."""
    return {era: start_hub({"fixture": [*fixture_command, "--era", era]}) for era in matrix.ERAS}


class Connect:
    """Connects clients of an era to a server behind the hub, at the server's own address."""

    def __init__(self, target, era):
        self._target = target
        self.era = era

    def __call__(self, **can):
        """A client; `can`: what it is able to do."""
        mode = "legacy" if self.era == LEGACY else "2026-07-28"
        # Without a cache: every answer is the hub's.
        return Client(self._target, mode=mode, cache=None, read_timeout_seconds=PATIENCE_SECONDS, **can)

    def name(self, name):
        """What the hub calls a tool or a prompt of the server."""
        return name

    def uri(self, uri):
        """What the hub calls a resource of the server."""
        return uri


class ConnectToAll(Connect):
    """Connects clients to a hub of several servers, where names tell which is meant."""

    def name(self, name):
        return f"fixture_{name}"

    def uri(self, uri):
        return uri.replace("://", "://fixture/", 1)


@pytest.mark.parametrize(("feature", "client", "server", "transport"), CASES)
async def test_a_shared_server(hub, feature, client, server, transport):
    cell = FEATURES[feature].cells[client, server]
    using = USES[feature](Connect(f"{hub}/servers/{server}-{transport}/mcp", client))
    async with asyncio.timeout(2 * PATIENCE_SECONDS):
        if cell.shared:
            await using
            return
        with pytest.raises((MCPError, AssertionError, ExceptionGroup)) as caught:
            await using
    assert any(re.search(cell.refusal, reason) for reason in _reasons(caught.value))


def _reasons(error):
    """What went wrong, in words; a client's end makes a group of it."""
    if isinstance(error, ExceptionGroup):
        return [reason for one in error.exceptions for reason in _reasons(one)]
    return [str(error)]


@pytest.mark.parametrize(("feature", "client", "server", "transport"), OWN)
async def test_a_server_of_the_clients_own(hub, feature, client, server, transport):
    async with asyncio.timeout(2 * PATIENCE_SECONDS):
        await USES[feature](Connect(f"{hub}/servers/{server}-{transport}-own/mcp", client))


@pytest.mark.parametrize(("feature", "client", "server", "transport"), FRONT)
async def test_the_address_of_all_servers(fronts, feature, client, server, transport):
    async with asyncio.timeout(2 * PATIENCE_SECONDS):
        await USES[feature](ConnectToAll(f"{fronts[server]}/mcp", client))


@pytest.mark.parametrize(("feature", "client", "server", "transport"), PIPE)
async def test_a_hub_on_a_pipe(hub_command, fixture_command, feature, client, server, transport):
    command, *words = hub_command({"fixture": [*fixture_command, "--era", server]})
    hub = StdioServerParameters(command=command, args=words)
    async with asyncio.timeout(2 * PATIENCE_SECONDS):
        await USES[feature](ConnectToAll(hub, client))


def test_the_documentation_has_the_table():
    assert matrix.PAGE.read_text(encoding="utf-8") == matrix.page(), f"run python {matrix.__file__}"


def test_every_feature_is_used():
    assert USES.keys() == FEATURES.keys()


def text(result):
    """What a tool said; that it failed is a failure of the test."""
    assert not result.is_error, result.content[0].text
    return result.content[0].text


async def tools(connect):
    async with connect() as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert listed[connect.name("test_simple_text")].description == "Says one sentence."
        said = await client.call_tool(connect.name("test_simple_text"))
        assert text(said) == "This is a simple text response for testing."
        assert (await client.call_tool(connect.name("test_error_handling"))).is_error
        said = await client.call_tool(connect.name("test_multiple_content_types"))
        assert [content.type for content in said.content] == ["text", "image", "resource"]


async def structured_output(connect):
    async with connect() as client:
        name = connect.name("test_structured_output")
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert listed[name].output_schema["properties"] == {"sum": {"type": "integer"}}
        result = await client.call_tool(name, {"a": 1, "b": 2})
        assert result.structured_content == {"sum": 3}


async def pagination(connect):
    async with connect() as client:
        first = await client.list_tools()
        # The server's own pages have ten.
        assert len(first.tools) > 30
        assert first.next_cursor is None
        with pytest.raises(MCPError) as caught:
            await client.list_tools(cursor="no cursor of this server")
        assert caught.value.error.code == INVALID_PARAMS


async def resources(connect):
    async with connect() as client:
        listed = {str(resource.uri) for resource in (await client.list_resources()).resources}
        assert set(map(connect.uri, ("test://static-text", "test://static-binary", WATCHED))) <= listed
        [content] = (await client.read_resource(connect.uri("test://static-text"))).contents
        assert content.text == "This is the content of the static text resource."
        [content] = (await client.read_resource(connect.uri("test://static-binary"))).contents
        assert content.blob.startswith("iVBOR")
        with pytest.raises(MCPError, match="Resource not found"):
            await client.read_resource(connect.uri("test://there-is-none"))


async def templates(connect):
    async with connect() as client:
        listed = (await client.list_resource_templates()).resource_templates
        assert connect.uri("test://template/{id}/data") in [template.uri_template for template in listed]
        [content] = (await client.read_resource(connect.uri("test://template/7/data"))).contents
        assert '"id": "7"' in content.text


async def prompts(connect):
    async with connect() as client:
        listed = {prompt.name: prompt for prompt in (await client.list_prompts()).prompts}
        assert [one.name for one in listed[connect.name("test_prompt_with_arguments")].arguments] == ["arg1", "arg2"]
        filled = await client.get_prompt(connect.name("test_prompt_with_arguments"), {"arg1": "one", "arg2": "two"})
        assert filled.messages[0].content.text == "Prompt with arguments: arg1='one', arg2='two'"


async def completions(connect):
    async with connect() as client:
        of_prompt = types.PromptReference(type="ref/prompt", name=connect.name("test_prompt_with_arguments"))
        answer = await client.complete(of_prompt, {"name": "arg1", "value": "park"}, {"arg2": "chosen"})
        assert answer.completion.values == ["park", "chosen"]
        of_template = types.ResourceTemplateReference(type="ref/resource", uri=connect.uri("test://template/{id}/data"))
        answer = await client.complete(of_template, {"name": "id", "value": "par"})
        assert answer.completion.values == ["paris", "park", "party"]


class News:
    """Notifications that a client was sent, as they come."""

    def __init__(self):
        self._come = asyncio.Queue()

    async def take(self, message):
        """See Client.message_handler."""
        if isinstance(message, types.ServerNotification):
            self._come.put_nowait(message)

    async def next(self, kind):
        """The next of that kind."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message = await self._come.get()
                if isinstance(message, kind):
                    return message

    async def none(self, kind):
        """Nothing of that kind comes."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUIET_SECONDS):
                raise AssertionError(f"it was told {await self.next(kind)}")


async def subscriptions(connect):
    await (_subscribed if connect.era == LEGACY else _listened)(connect)


async def _subscribed(connect):
    news, others = News(), News()
    async with connect(message_handler=news.take) as client, connect(message_handler=others.take) as other:
        await other.list_tools()
        await client.subscribe_resource(connect.uri(WATCHED))
        await client.call_tool(connect.name("test_touch_resource"))
        assert str((await news.next(types.ResourceUpdatedNotification)).params.uri) == connect.uri(WATCHED)
        await client.unsubscribe_resource(connect.uri(WATCHED))
        await client.call_tool(connect.name("test_touch_resource"))
        await news.none(types.ResourceUpdatedNotification)
        await others.none(types.ResourceUpdatedNotification)


async def _listened(connect):
    async with connect() as client, client.listen(resource_subscriptions=[connect.uri(WATCHED)]) as news:
        assert news.honored.resource_subscriptions == [connect.uri(WATCHED)]
        await client.call_tool(connect.name("test_touch_resource"))
        assert (await anext(aiter(news))).uri == connect.uri(WATCHED)


KINDS = {
    "tool": types.ToolListChangedNotification,
    "prompt": types.PromptListChangedNotification,
    "resource": types.ResourceListChangedNotification,
}


async def list_changed(connect):
    if connect.era == LEGACY:
        news = News()
        async with connect(message_handler=news.take) as client:
            for kind, notification in KINDS.items():
                await _listed_anew(client, kind, connect, partial(news.next, notification))
    else:
        wanted = {f"{kind}s_list_changed": True for kind in KINDS}
        async with connect() as client, client.listen(**wanted) as listening:
            for kind in KINDS:
                await _listed_anew(client, kind, connect, aiter(listening).__anext__)


async def _listed_anew(client, kind, connect, told):
    before = await _names(client, kind)
    await client.call_tool(connect.name(f"test_trigger_{kind}_change"))
    await told()
    while before == await _names(client, kind):
        # News of the server's start may be on the way still.
        await told()
    # One that was not there, or one that was: the server goes from one to the other.
    assert len(before ^ await _names(client, kind)) == 1


async def _names(client, kind):
    listed = await getattr(client, f"list_{kind}s")()
    return {one.name for one in getattr(listed, f"{kind}s")}


async def logging(connect):
    lines = []

    async def take(params):
        lines.append((params.level, params.data))

    async with connect(logging_callback=take) as client:
        tool = connect.name("test_tool_with_logging")
        await _call_at_level("info", connect, client, tool)
        expected = [("info", line) for line in LOGGED]
        await _until(lambda: len(lines) >= len(expected))
        assert lines == expected
        await _call_at_level("error", connect, client, tool)
        assert lines == expected


async def _call_at_level(level, connect, client, tool):
    """Call a tool with its logging, from a level on: of the session, or of the request."""
    if connect.era == LEGACY:
        await client.set_logging_level(level)
        await client.call_tool(tool)
    else:
        await client.call_tool(tool, meta={types.LOG_LEVEL_META_KEY: level})


LOGGED = ("Tool execution started", "Tool processing data", "Tool execution completed")


async def progress(connect):
    steps = []

    async def take(done, total, message):
        steps.append((done, total, message))

    async with connect() as client:
        await client.call_tool(connect.name("test_tool_with_progress"), progress_callback=take)
        await _until(lambda: len(steps) == 3)
    assert steps == [(done, 100, f"Completed step {done} of 100") for done in (0, 50, 100)]


async def cancellation(connect):
    started = asyncio.Event()

    async def take(*_):
        started.set()

    async with connect() as client:
        before = (await client.call_tool(connect.name("test_waited"))).structured_content
        call = asyncio.create_task(client.call_tool(connect.name("test_wait"), progress_callback=take))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await started.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

        async def over():
            now = (await client.call_tool(connect.name("test_waited"))).structured_content
            return now == before | {"cancelled": before["cancelled"] + 1}

        await _until(over)


async def _until(met):
    """Wait until `met` says so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (await met() if asyncio.iscoroutinefunction(met) else met()):
            await asyncio.sleep(0.02)


async def instructions(connect):
    async with connect() as client:
        if connect.era == MODERN:
            # A client that is told the version asks nobody; this one wants to know.
            said = await client.session.send_discover("2026-07-28")
            assert INSTRUCTIONS in said["instructions"]
        else:
            assert INSTRUCTIONS in client.instructions


INSTRUCTIONS = "Ask this server for anything that MCP knows of."


async def sampling(connect):
    async def sample(_context, params):
        content = types.TextContent(type="text", text=f"I heard {params.messages[0].content.text}")
        return types.CreateMessageResult(role="assistant", content=content, model="test")

    async with connect(sampling_callback=sample) as client:
        answer = await client.call_tool(connect.name("test_sampling"), {"prompt": "you"})
        assert text(answer) == "LLM response: I heard you"


async def elicitation(connect):
    async def fill_in(_context, params):
        return types.ElicitResult(action="accept", content={"username": params.message, "email": "a@example.com"})

    async with connect(elicitation_callback=fill_in) as client:
        answer = await client.call_tool(connect.name("test_elicitation"), {"message": "who"})
        assert "action=accept, content={'username': 'who', 'email': 'a@example.com'}" in text(answer)


async def roots(connect):
    async def listed(_context):
        return types.ListRootsResult(roots=[types.Root(uri="file:///here")])

    async with connect(list_roots_callback=listed) as client:
        assert text(await client.call_tool(connect.name("test_roots"))) == "file:///here"


USES = {
    "tools": tools,
    "structured output": structured_output,
    "pagination": pagination,
    "resources": resources,
    "resource templates": templates,
    "prompts": prompts,
    "completions": completions,
    "subscriptions": subscriptions,
    "list_changed": list_changed,
    "logging": logging,
    "progress": progress,
    "cancellation": cancellation,
    "instructions": instructions,
    "sampling": sampling,
    "elicitation": elicitation,
    "roots": roots,
}
"""What a client does with each feature; it fails where that does not work."""
