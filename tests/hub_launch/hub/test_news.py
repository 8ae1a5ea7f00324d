"""What servers tell through a real hub: resources that change, log messages, and notifications of extensions."""

import asyncio
import contextlib
import json
import sys
from pathlib import Path

import pytest

from hub_launch.plan import StdioLaunch

PATIENCE_SECONDS = 20
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
LEVEL = "io.modelcontextprotocol/logLevel"
CLIENTS = pytest.mark.parametrize("modern", [False, True], ids=["legacy client", "modern client"])
SERVERS = pytest.mark.parametrize("era", ["legacy", "modern"])
PATHS = pytest.mark.parametrize("path", ["/mcp", "/servers/aa/mcp"])


@pytest.fixture
def telling(tmp_path):
    """A launch of the server that tells."""

    def make(id="aa", era="legacy", isolation="shared"):
        file = Path(__file__).with_name("telling_server.py")
        config = json.dumps({"era": era, "record": str(tmp_path / id)})
        return StdioLaunch(id, id, "test", (sys.executable, "-I", str(file), config), isolation=isolation)

    return make


@pytest.fixture
def asked(tmp_path):
    """What a server was asked, in its order."""
    return lambda id="aa": (tmp_path / id).read_text().splitlines() if (tmp_path / id).exists() else []


async def until(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


class Listening:
    """A stream of a client's that is open, and what came on it."""

    def __init__(self, response):
        self.response = response
        self.heard = []

    async def read(self):
        async for line in self.response.aiter_lines():
            if line.startswith("data: "):
                self.heard.append(json.loads(line[6:]))

    def uris(self):
        return [one["params"]["uri"] for one in self.heard if one["method"] == "notifications/resources/updated"]

    def logged(self):
        return [one["params"]["data"] for one in self.heard if one["method"] == "notifications/message"]


@contextlib.asynccontextmanager
async def stream(client, request):
    response = await client.http.send(request, stream=True)
    listening = Listening(response)
    reading = asyncio.create_task(listening.read())
    try:
        yield listening
    finally:
        reading.cancel()
        await asyncio.wait([reading])
        await response.aclose()


@contextlib.asynccontextmanager
async def subscribed(client, *uris):
    """A client that hears of these resources, in its own protocol."""
    if client.modern:
        wanted = {"notifications": {"resourceSubscriptions": list(uris)}}
        async with stream(client, client.request("subscriptions/listen", wanted, number="listen")) as listening:
            await until(lambda: listening.heard)
            listening.honoured = listening.heard[0]["params"]["notifications"].get("resourceSubscriptions", [])
            yield listening
        return
    headers = {"accept": "text/event-stream", "mcp-session-id": client.session}
    async with stream(client, client.http.build_request("GET", client.url, headers=headers)) as listening:
        listening.honoured = []
        for uri in uris:
            answer = client.heard(await client.ask("resources/subscribe", {"uri": uri}))[-1]
            listening.honoured += [uri] if "result" in answer else []
        yield listening


def here(client, uri):
    """What a client calls a resource of the server `aa`."""
    return uri if "/servers/" in client.url else uri.replace("://", "://aa/")


async def use(client, tool, **arguments):
    """Call a tool, and wait for its answer; what came before it."""
    prefix = "" if "/servers/" in client.url else "aa_"
    meta = arguments.pop("meta", {})
    call = {"name": prefix + tool, "arguments": arguments} | ({"_meta": meta} if meta else {})
    return client.heard(await client.ask("tools/call", call))[:-1]


# Resources that change


@CLIENTS
@SERVERS
@PATHS
async def test_a_client_hears_of_the_resource_it_wants_and_of_no_other(hub, telling, wire, modern, era, path):
    running = await hub(telling(era=era))
    client = await wire(running, modern=modern, path=path)
    async with subscribed(client, here(client, "docs://a"), here(client, "docs://b")) as listening:
        for uri in ("docs://c", "docs://a", "docs://b/part"):
            await use(client, "touch", uri=uri)
        await until(lambda: len(listening.uris()) == 2)
    assert listening.uris() == [here(client, "docs://a"), here(client, "docs://b/part")]
    if modern:
        assert {one["params"]["_meta"][SUBSCRIPTION] for one in listening.heard} == {"listen"}


@SERVERS
async def test_each_client_hears_only_of_what_it_asked_for_and_the_server_of_the_first_and_the_last(
    hub, telling, wire, asked, era
):
    running = await hub(telling(era=era))
    one, other = await wire(running, modern=False), await wire(running, modern=True)
    async with subscribed(one, "docs://aa/a") as first:
        async with subscribed(other, "docs://aa/a", "docs://aa/b") as second:
            await use(one, "touch", uri="docs://a")
            await use(one, "touch", uri="docs://b")
            await until(lambda: len(second.uris()) == 2)
            await until(first.uris)
        assert first.uris() == ["docs://aa/a"]
        await until(lambda: asked()[-1].split()[0] in ("resources/unsubscribe", "cancelled"))
        await use(one, "touch", uri="docs://a")
        await until(lambda: len(first.uris()) == 2)
    if era == "legacy":
        assert asked() == [
            "resources/subscribe docs://a",
            "resources/subscribe docs://b",
            "resources/unsubscribe docs://b",
        ]
        await one.result("resources/unsubscribe", {"uri": "docs://aa/a"})
        assert asked()[-1] == "resources/unsubscribe docs://a"


@CLIENTS
@SERVERS
async def test_after_the_server_was_restarted_its_subscriptions_are_made_again(hub, telling, wire, asked, modern, era):
    running = await hub(telling(era=era))
    client = await wire(running, modern=modern)
    async with subscribed(client, "docs://aa/a") as listening:
        await use(client, "die")
        before = len(asked())
        await use(client, "log", level="info", text="back")
        await until(lambda: len(asked()) > before)
        await use(client, "touch", uri="docs://a")
        await until(listening.uris)


@CLIENTS
@SERVERS
async def test_a_subscription_that_the_server_does_not_take_is_refused(hub, telling, wire, modern, era):
    running = await hub(telling(era=era))
    client = await wire(running, modern=modern)
    async with subscribed(client, "docs://aa/a", "docs://aa/never", "docs://nobody/a") as listening:
        assert listening.honoured == ["docs://aa/a"]


async def test_a_session_that_ends_wants_nothing_any_more(hub, telling, wire, asked):
    running = await hub(telling())
    client = await wire(running, modern=False)
    async with subscribed(client, "docs://aa/a"):
        await client.http.delete(client.url, headers={"mcp-session-id": client.session})
        await until(lambda: asked()[-1] == "resources/unsubscribe docs://a")


# Log messages


@CLIENTS
@SERVERS
@PATHS
async def test_a_client_that_is_alone_hears_what_its_call_logs_before_the_answer(hub, telling, wire, modern, era, path):
    running = await hub(telling(era=era))
    client = await wire(running, modern=modern, path=path)
    meta = {LEVEL: "warning"} if modern else {}
    if not modern:
        assert await client.result("logging/setLevel", {"level": "warning"}) == {}
    quiet = await use(client, "log", level="info", text="quiet", meta=meta)
    (loud,) = await use(client, "log", level="error", text="loud", more={"logger": "db"}, meta=meta)
    assert quiet == []
    assert loud["params"] == {"level": "error", "data": "loud", "logger": "aa/db" if path == "/mcp" else "db"}


@SERVERS
async def test_a_client_of_the_newer_protocol_that_does_not_ask_hears_nothing(hub, telling, wire, era):
    running = await hub(telling(era=era))
    client = await wire(running, modern=True)
    assert await use(client, "log", level="error", text="x") == []


async def test_an_older_server_is_told_the_least_severe_level_and_each_client_hears_its_own(hub, telling, wire, asked):
    running = await hub(telling(), telling("bb"))
    one, other = await wire(running, modern=False), await wire(running, modern=False, path="/servers/aa/mcp")
    await one.result("logging/setLevel", {"level": "error"})
    await other.result("logging/setLevel", {"level": "info"})
    await one.result("logging/setLevel", {"level": "emergency"})
    assert asked() == ["logging/setLevel error", "logging/setLevel info"]
    assert asked("bb") == ["logging/setLevel error", "logging/setLevel emergency"]
    assert [sent["params"]["data"] for sent in await use(other, "log", level="info", text="mine")] == ["mine"]


async def test_a_server_that_was_restarted_is_told_the_level_again(hub, telling, wire, asked):
    running = await hub(telling())
    client = await wire(running, modern=False)
    await client.result("logging/setLevel", {"level": "alert"})
    await use(client, "die")
    await use(client, "log", level="info", text="x")
    await until(lambda: asked() == ["logging/setLevel alert"] * 2)


@SERVERS
async def test_what_may_be_anothers_is_told_to_nobody(hub, telling, wire, era):
    running = await hub(telling(era=era))
    one, other = await wire(running, modern=False), await wire(running, modern=False)
    waiting = asyncio.create_task(use(other, "wait"))
    server = running.supervisor.servers["aa"]
    await until(lambda: server.in_flight)
    assert await use(one, "log", level="error", text="whose?") == []
    waiting.cancel()


async def test_a_newer_server_logs_for_the_one_request_that_wants_it_whoever_else_is_there(hub, telling, wire):
    running = await hub(telling(era="modern"))
    one, other = await wire(running, modern=True), await wire(running, modern=True)
    waiting = asyncio.create_task(use(other, "wait"))
    await until(lambda: running.supervisor.servers["aa"].in_flight)
    (told,) = await use(one, "log", level="error", text="mine", meta={LEVEL: "info"})
    assert told["params"]["data"] == "mine"
    waiting.cancel()


async def test_a_level_that_does_not_exist_is_refused(hub, telling, wire):
    running = await hub(telling())
    client = await wire(running, modern=False)
    error = await client.error("logging/setLevel", {"level": "loud"})
    assert error["code"] == -32602
    assert "there are debug, info" in error["message"]


# Notifications of extensions


@CLIENTS
@SERVERS
async def test_what_the_hub_does_not_know_is_passed_on_at_the_servers_own_address(hub, telling, wire, modern, era):
    running = await hub(telling(era=era))
    client = await wire(running, modern=modern, path="/servers/aa/mcp")
    (told,) = await use(client, "note", text="hi")
    assert told == {"jsonrpc": "2.0", "method": "notifications/extension/note", "params": {"text": "hi"}}
    together = await wire(running, modern=True)
    assert await use(together, "note", text="hi") == []


# A session's own child


@PATHS
async def test_a_sessions_own_child_is_told_what_its_client_wants_to_hear(hub, telling, wire, asked, path):
    running = await hub(telling(isolation="session"))
    client = await wire(running, modern=False, path=path)
    await client.ask("logging/setLevel", {"level": "warning"})
    assert asked() == []
    async with subscribed(client, here(client, "docs://a")) as listening:
        # It began with the subscription, after the level was said.
        assert sorted(asked()) == ["logging/setLevel warning", "resources/subscribe docs://a"]
        listening.heard += await use(client, "touch", uri="docs://a")
        for level in ("info", "error"):
            listening.heard += await use(client, "log", level=level, text=level)
        await until(lambda: listening.uris() and listening.logged())
        assert (listening.uris(), listening.logged()) == ([here(client, "docs://a")], ["error"])


@PATHS
async def test_a_sessions_own_child_that_comes_back_is_told_again(hub, telling, wire, asked, path):
    running = await hub(telling(isolation="session"))
    client = await wire(running, modern=False, path=path)
    async with subscribed(client, here(client, "docs://a"), here(client, "docs://b")):
        await client.ask("logging/setLevel", {"level": "error"})
        await client.ask("resources/unsubscribe", {"uri": here(client, "docs://b")})
        before = asked()
        assert before[-2:] == ["logging/setLevel error", "resources/unsubscribe docs://b"]
        await use(client, "die")
        await use(client, "touch", uri="docs://c")
        await until(lambda: len(asked()) == len(before) + 2)
    assert asked()[len(before) :] == ["logging/setLevel error", "resources/subscribe docs://a"]


@PATHS
async def test_a_sessions_own_child_of_the_newer_protocol_is_asked_for_log_messages_in_each_request(
    hub, telling, wire, path
):
    running = await hub(telling(era="modern", isolation="session"))
    client = await wire(running, modern=False, path=path)
    await client.ask("logging/setLevel", {"level": "warning"})
    async with subscribed(client) as listening:
        for level in ("info", "error"):
            listening.heard += await use(client, "log", level=level, text=level)
        await until(listening.logged)
        assert listening.logged() == ["error"]
