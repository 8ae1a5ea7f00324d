"""A call of a client without sessions, held while the client answers what an older server asks."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from hub_launch.hub.held import HeldCalls, UnknownState, Where
from hub_launch.hub.own_servers import OwnServers
from hub_launch.plan import StdioLaunch
from hub_launch.run.messages import fields_of, raw
from hub_launch.run.supervisor import Supervisor

PATIENCE_SECONDS = 20
CAPABILITIES = {"sampling": {}, "roots": {}, "elicitation": {"url": {}, "form": {}}}


class Caller:
    """A client of the newer protocol, that sends requests to the one server."""

    def __init__(self, held, own, server):
        self.held = held
        self.begin = lambda party: own.of(party, server)

    async def send(self, tool="ask", endpoint="/a", who=None, answers=None, state=None, meta=None, **arguments):
        about = {"io.modelcontextprotocol/clientCapabilities": CAPABILITIES, **(meta or {})}
        params = {"name": tool, "arguments": arguments, "_meta": about}
        if state is not None:
            params |= {"inputResponses": answers or {}, "requestState": state}
        fields = fields_of(raw(params))
        where = Where.of(endpoint, who, "tools/call", fields)
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self.held.request(self.begin, where, fields, None, None)
        return json.loads(bytes(message.result))


@pytest.fixture
async def caller(tmp_path):
    """Makes a client of a running server."""
    made = []

    async def make(**more):
        file = Path(__file__).with_name("asking_server.py")
        launch = StdioLaunch("asker", "Asker", "test", (sys.executable, "-I", str(file), "legacy"), isolation="session")
        supervisor = Supervisor([launch], [], tmp_path, lambda status: None)
        own = OwnServers()
        held = HeldCalls(own, **more)
        made.append((supervisor, own, held))
        supervisor.start()
        await supervisor.settled()
        return Caller(held, own, supervisor.servers["asker"])

    yield make
    for supervisor, own, held in made:
        held.close()
        await asyncio.gather(supervisor.close(), own.close())


def text(result):
    return json.loads(result["content"][0]["text"])


async def test_the_client_is_asked_in_a_result_and_goes_on_with_its_answer(caller):
    client = await caller()
    asked = await client.send(method="roots/list")
    assert (asked["resultType"], list(asked["inputRequests"].values())) == (
        "input_required",
        [{"method": "roots/list", "params": {}}],
    )
    (name,) = asked["inputRequests"]
    done = await client.send(method="roots/list", state=asked["requestState"], answers={name: {"roots": []}})
    assert text(done) == {"result": {"roots": []}}
    assert len(client.held) == 0


async def test_each_round_has_a_state_of_its_own(caller):
    client = await caller()
    first = await client.send("twice")
    (name,) = first["inputRequests"]
    second = await client.send("twice", state=first["requestState"], answers={name: {"model": "m"}})
    assert second["requestState"] != first["requestState"]
    (name,) = second["inputRequests"]
    done = await client.send("twice", state=second["requestState"], answers={name: {"roots": []}})
    assert text(done) == [{"result": {"model": "m"}}, {"result": {"roots": []}}]


async def test_what_is_not_answered_yet_is_asked_again(caller):
    client = await caller()
    first = await client.send(method="roots/list")
    again = await client.send(method="roots/list", state=first["requestState"], answers={"nobody": {}})
    assert again["inputRequests"] == first["inputRequests"]


async def test_a_state_counts_once(caller):
    client = await caller()
    asked = await client.send(method="roots/list")
    (name,) = asked["inputRequests"]
    answer = {"state": asked["requestState"], "answers": {name: {"roots": []}}}
    await client.send(method="roots/list", **answer)
    with pytest.raises(UnknownState):
        await client.send(method="roots/list", **answer)


@pytest.mark.parametrize(
    "other",
    [
        {"endpoint": "/b"},
        {"who": "bob"},
        {"tool": "twice"},
        {"method": "sampling/createMessage"},
        {"state": "hub-guess"},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_a_state_is_no_use_to_another_request(caller, other):
    client = await caller()
    mine = {"method": "roots/list", "who": "ann"}
    asked = await client.send(**mine)
    (name,) = asked["inputRequests"]
    with pytest.raises(UnknownState, match="does not hold for it"):
        await client.send(**({**mine, "state": asked["requestState"], "answers": {name: {"roots": [1]}}} | other))
    # And whose it is goes on undisturbed.
    done = await client.send(**mine, state=asked["requestState"], answers={name: {"roots": []}})
    assert text(done) == {"result": {"roots": []}}


async def test_a_client_that_does_not_come_back_is_not_waited_for_for_ever(caller, alive):
    client = await caller(seconds=0.05)
    asked = await client.send(method="roots/list")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(client.held) or client.held._own._slots:
            await asyncio.sleep(0.02)
    with pytest.raises(UnknownState, match=r"0\.05 s"):
        await client.send(method="roots/list", state=asked["requestState"])


async def test_a_client_that_gives_up_leaves_nothing_behind(caller):
    client = await caller()
    waiting = asyncio.create_task(client.send("silent"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not client.held._own._slots:
            await asyncio.sleep(0.01)
    waiting.cancel()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while client.held._own._slots:
            await asyncio.sleep(0.02)


async def test_what_only_the_older_protocol_has_is_left_out_of_a_question(caller):
    client = await caller()
    form = {"mode": "url", "message": "?", "url": "https://example.com", "elicitationId": "e1", "_meta": {"x": 1}}
    asked = await client.send(method="elicitation/create", params=form)
    (question,) = asked["inputRequests"].values()
    assert question["params"] == {"mode": "url", "message": "?", "url": "https://example.com"}


async def test_a_question_for_what_the_client_does_not_have_is_refused_at_once(caller):
    client = await caller()
    done = await client.send(method="roots/list", meta={"io.modelcontextprotocol/clientCapabilities": {"sampling": {}}})
    assert text(done)["error"]["message"] == "the client does not have roots"
