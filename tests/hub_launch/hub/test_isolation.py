"""What a server may ask of a client, through a real hub: real clients of both eras, servers of both, shared and not."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from hub_launch.hub import asking, own_servers
from hub_launch.plan import StdioLaunch

PATIENCE_SECONDS = 20
PATH = "/servers/asker/mcp"
FORM = {"message": "who?", "requestedSchema": {"type": "object", "properties": {"name": {"type": "string"}}}}
SAMPLE = {"messages": [{"role": "user", "content": {"type": "text", "text": "hi"}}], "maxTokens": 5}
URL = {"mode": "url", "message": "sign in", "url": "https://example.com/sign-in", "elicitationId": "e1"}
ASKED = [
    pytest.param("roots/list", {}, {"roots": [{"uri": "file:///ann"}]}, id="roots"),
    pytest.param("sampling/createMessage", SAMPLE, {"text": "sampled by ann"}, id="sampling"),
    pytest.param("elicitation/create", FORM, {"action": "accept", "content": {"name": "ann"}}, id="form"),
    pytest.param("elicitation/create", URL, {"action": "accept"}, id="url"),
]
CLIENTS = pytest.mark.parametrize("mode", ["legacy", "auto"], ids=["legacy client", "modern client"])


@pytest.fixture
def asker():
    """A launch of the server that asks."""

    def make(era="legacy", isolation="session", id="asker"):
        file = Path(__file__).with_name("asking_server.py")
        return StdioLaunch(id, id, "test", (sys.executable, "-I", str(file), era), isolation=isolation)

    return make


def client_of(hub, mode="legacy", name="ann", path=PATH, **handlers):
    """A real client that answers everything, or what `handlers` say."""

    async def sample(messages, params, context):
        return f"sampled by {name}"

    async def elicit(message, response_type, params, context):
        return {"name": name} if response_type else None

    usual = {"sampling_handler": sample, "elicitation_handler": elicit, "roots": [f"file:///{name}"]}
    transport = StreamableHttpTransport(hub.url + path)
    return Client(transport, mode=mode, timeout=PATIENCE_SECONDS, **(handlers or usual))


async def ask(client, tool="ask", prefix="", **arguments):
    """What the tool answers: text, decoded where it is JSON."""
    result = await client.call_tool(prefix + tool, arguments, raise_on_error=False)
    text = result.content[0].text
    return json.loads(text) if text[0] in "[{" else text


def holds(answer, wanted):
    """Whether the answer has what is wanted in it, at whatever depth."""
    if wanted.items() <= answer.items():
        return True
    return any(isinstance(one, dict) and holds(one, wanted) for one in answer.values())


@CLIENTS
@pytest.mark.parametrize(("method", "params", "wanted"), ASKED)
async def test_a_modern_server_that_all_share_may_ask_any_client(hub, asker, mode, method, params, wanted):
    running = await hub(asker("modern", "shared"))
    async with client_of(running, mode) as client:
        answer = await ask(client, method=method, params=params)
        assert holds(answer, wanted)
        assert answer["state"] == "s1"
        assert await ask(client, "twice") == {"result": {"roots": [{"uri": "file:///ann"}]}, "state": "s2"}


@CLIENTS
async def test_a_modern_server_is_told_what_its_client_can(hub, asker, mode):
    running = await hub(asker("modern", "shared"))
    async with client_of(running, mode) as client:
        assert {"sampling", "elicitation", "roots"} <= (await ask(client, "greeted"))["capabilities"].keys()
    async with client_of(running, mode, log_handler=None) as client:
        assert (await ask(client, "greeted"))["capabilities"] == {}


@CLIENTS
async def test_a_legacy_server_that_all_share_can_ask_nobody_and_is_told_why(hub, asker, mode):
    running = await hub(asker("legacy", "shared"))
    async with client_of(running, mode) as client:
        answer = await ask(client, method="roots/list")
        assert (await ask(client, "greeted"))["capabilities"] == {}
    assert answer["error"]["code"] == -32601
    assert "--isolation" in answer["error"]["message"]


@CLIENTS
@pytest.mark.parametrize(("method", "params", "wanted"), ASKED)
async def test_a_legacy_server_of_the_clients_own_may_ask_it(hub, asker, mode, method, params, wanted):
    running = await hub(asker())
    async with client_of(running, mode) as client:
        assert holds((await ask(client, method=method, params=params))["result"], wanted)
        sampled, roots = await ask(client, "twice")
        assert holds(sampled["result"], {"text": "sampled by ann"})
        assert roots["result"] == {"roots": [{"uri": "file:///ann"}]}


async def test_a_legacy_server_is_greeted_with_exactly_what_its_client_can(hub, asker):
    running = await hub(asker())
    async with client_of(running, roots=["file:///ann"]) as client:
        hello = await ask(client, "greeted")
        assert list(hello["capabilities"]) == ["roots"]
        assert hello["clientInfo"]["name"] != "mcp-hub"
        answer = await ask(client, method="sampling/createMessage", params=SAMPLE)
        assert answer["error"]["message"] == "the client does not have sampling"


@CLIENTS
async def test_under_the_hubs_own_names_it_is_the_same(hub, asker, mode):
    running = await hub(asker(), asker("modern", "shared", id="newer"))
    async with client_of(running, mode, path="/mcp") as client:
        assert (await ask(client, prefix="asker_", method="roots/list"))["result"]["roots"]
        assert (await ask(client, prefix="newer_", method="roots/list"))["result"]["roots"]


async def test_each_session_has_a_child_of_its_own_which_ends_with_it(hub, asker, alive):
    running = await hub(asker())
    shared = running.supervisor.servers["asker"].backend.child
    async with client_of(running) as ann, client_of(running, name="bob") as bob:
        first, second = await ask(ann, "pid"), await ask(bob, "pid")
        assert len({first, second}) == 2
        assert await ask(ann, "pid") == first
        answers = await asyncio.gather(*(ask(one, method="roots/list") for one in (ann, bob) * 5))
        assert [one["result"]["roots"][0]["uri"] for one in answers] == ["file:///ann", "file:///bob"] * 5
    async with asyncio.timeout(PATIENCE_SECONDS):
        while alive(int(first)) or alive(int(second)):
            await asyncio.sleep(0.02)
    assert shared.exit_code is None


async def test_a_childs_death_is_its_own_sessions_business(hub, asker):
    running = await hub(asker())
    async with client_of(running) as ann, client_of(running, name="bob") as bob:
        before, kept = await ask(ann, "pid"), await ask(bob, "pid")
        told = await ask(ann, "die")
        assert "exited with code 3: fatal: asked to die" in told
        assert "this session's own" in told
        assert await ask(bob, "pid") == kept
        assert await ask(ann, "pid") not in (before, kept)
    assert running.supervisor.servers["asker"].status.state == "ready"


async def test_a_client_is_shown_what_its_own_child_offers_and_told_when_that_changes(hub, asker):
    running = await hub(asker())
    heard = asyncio.Event()

    async def listen(message):
        if getattr(message, "method", "") == "notifications/tools/list_changed":
            heard.set()

    async with client_of(running, message_handler=listen) as ann, client_of(running, name="bob") as bob:
        names = [{tool.name for tool in await one.list_tools()} for one in (ann, bob)]
        assert names[0] == names[1]
        await ask(ann, "more")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while {tool.name for tool in await ann.list_tools()} - names[0] != {"new"}:
                # There may be other news, such as that the server has just come up.
                await heard.wait()
                heard.clear()
        assert {tool.name for tool in await bob.list_tools()} == names[0]


@pytest.mark.filterwarnings("ignore:The roots capability is deprecated")
async def test_news_of_roots_reach_the_clients_own_child_alone(hub, asker):
    running = await hub(asker())
    async with client_of(running) as ann, client_of(running, name="bob") as bob:
        await ask(ann, "pid")
        await ask(bob, "pid")
        await ann.send_roots_list_changed()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await ask(ann, "roots_changed") != "1":
                await asyncio.sleep(0.02)
        assert await ask(bob, "roots_changed") == "0"


async def test_a_question_that_is_taken_back_is_no_longer_open(hub, asker):
    running = await hub(asker())
    asked, given_up = asyncio.Event(), asyncio.Event()

    async def slow(messages, params, context):
        asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            given_up.set()
            raise

    async with client_of(running, sampling_handler=slow) as client, asyncio.timeout(PATIENCE_SECONDS):
        asking_it = asyncio.create_task(ask(client, method="sampling/createMessage", params=SAMPLE))
        await asked.wait()
        await ask(client, "withdraw")
        assert await asking_it == "withdrawn"
        await given_up.wait()


@CLIENTS
async def test_there_are_only_so_many_children_and_the_next_client_is_told(hub, asker, mode, monkeypatch):
    monkeypatch.setattr(own_servers, "MAX_OWN", 1)
    running = await hub(asker())
    async with client_of(running) as first, client_of(running, mode, "bob") as second:
        await ask(first, "pid")
        told = await ask(second, method="roots/list")
        assert "1 servers of their own already, which is the most" in told
        # What all clients are shown is shown to it too.
        assert await second.list_tools()
        assert (await ask(first, method="roots/list"))["result"]["roots"]


async def test_a_client_that_declares_nothing_shares_the_child_where_it_has_no_session(hub, asker):
    running = await hub(asker())
    shared = running.supervisor.servers["asker"].backend.child
    async with client_of(running, "auto", log_handler=None) as client:
        assert await ask(client, "pid") == str(shared._process.pid)
    async with client_of(running, log_handler=None) as client:
        assert await ask(client, "pid") != str(shared._process.pid)


async def test_a_child_of_a_client_that_is_silent_ends_and_its_next_call_starts_another(hub, asker, alive, monkeypatch):
    monkeypatch.setattr(own_servers, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(asking.Client, "listens", False)
    running = await hub(asker())
    async with client_of(running) as client:
        first = await ask(client, "pid")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while alive(int(first)):
                await asyncio.sleep(0.02)
        assert await ask(client, "pid") != first


async def test_when_the_server_is_stopped_all_its_children_are(hub, asker, alive):
    running = await hub(asker())
    async with client_of(running, path="/mcp") as client:
        first = await ask(client, "pid", "asker_")
        await running.supervisor.stop("asker")
        assert "stop" in await ask(client, "pid", "asker_")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while alive(int(first)):
                await asyncio.sleep(0.02)


async def test_a_launch_of_its_own_is_what_serves_now(hub, asker):
    running = await hub(replace(asker(), start="lazy"))
    async with client_of(running) as client:
        assert (await ask(client, method="roots/list"))["result"]["roots"]
