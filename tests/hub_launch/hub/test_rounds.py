"""A server of the newer protocol that needs input from a client of the older: asked, and called again."""

import asyncio
import json

import pytest

from hub_launch.hub import rounds
from hub_launch.hub.asking import Client
from hub_launch.hub.rounds import MAX_INPUTS, MAX_ROUNDS, Unanswered, in_rounds
from hub_launch.run.asking import refused
from hub_launch.run.link import Reply
from hub_launch.run.messages import Message, fields_of, raw

CAPABILITIES = {"sampling": {}, "elicitation": {"form": {}, "url": {}}}
DONE = {"content": [], "resultType": "complete"}


def wants(state="s", **questions):
    wanted = {name: {"method": method, "params": params} for name, (method, params) in questions.items()}
    return {"resultType": "input_required", "requestState": state} | ({"inputRequests": wanted} if wanted else {})


class Server:
    """Gives these results, one after the other."""

    def __init__(self, *results):
        self._results = list(results)
        self.asked = []

    async def ask(self, params):
        self.asked.append(json.loads(bytes(raw(params))))
        result = self._results.pop(0) if len(self._results) > 1 else self._results[0]
        return Message("2.0", id=1, result=raw(result))


@pytest.fixture
def go():
    """Runs a call's rounds; returns the last result. What the client was asked is in `.asked`."""

    async def run(server, replies=None):
        async def answer(question):
            run.asked.append((question.method, json.loads(bytes(question.params))))
            return (replies or {}).get(question.method) or Reply(raw({"of": question.method}))

        client = Client(fields_of(raw({"capabilities": CAPABILITIES})))
        message = await in_rounds(client, fields_of(raw({"name": "t", "_meta": {"x": 1}})), server.ask, answer)
        return json.loads(bytes(message.result))

    run.asked = []
    return run


async def test_a_server_that_needs_nothing_is_asked_once_and_told_what_its_client_can(go):
    server = Server(DONE)
    assert await go(server) == DONE
    assert server.asked == [
        {"name": "t", "_meta": {"x": 1, "io.modelcontextprotocol/clientCapabilities": CAPABILITIES}}
    ]


async def test_the_answers_go_back_under_the_servers_names_with_its_state(go):
    server = Server(wants("s1", a=("sampling/createMessage", {"n": 1}), b=("elicitation/create", {"n": 2})), DONE)
    assert await go(server) == DONE
    assert sorted(go.asked) == [("elicitation/create", {"n": 2}), ("sampling/createMessage", {"n": 1})]
    again = server.asked[1]
    assert again["inputResponses"] == {"a": {"of": "sampling/createMessage"}, "b": {"of": "elicitation/create"}}
    assert (again["requestState"], again["name"]) == ("s1", "t")


async def test_a_later_round_has_its_own_answers_and_state_alone(go):
    first, second = (wants(state, q=("sampling/createMessage", {})) for state in ("s1", "s2"))
    del second["requestState"]
    server = Server(first, second, DONE)
    await go(server)
    assert [one.get("requestState") for one in server.asked] == [None, "s1", None]


async def test_a_server_that_only_wants_to_be_asked_later_is_asked_later(go, monkeypatch):
    monkeypatch.setattr(rounds, "AGAIN_SECONDS", 0)
    server = Server(wants("later"), DONE)
    assert await go(server) == DONE
    assert (server.asked[1]["requestState"], "inputResponses" in server.asked[1]) == ("later", False)


async def test_a_form_at_an_address_has_an_id_in_the_older_protocol(go):
    await go(Server(wants(a=("elicitation/create", {"mode": "url", "url": "https://example.com"})), DONE))
    params = go.asked[0][1]
    assert len(params.pop("elicitationId")) == 32
    assert params == {"mode": "url", "url": "https://example.com"}


async def test_what_the_client_does_not_have_it_is_not_asked_for(go):
    server = Server(wants(a=("sampling/createMessage", {}), b=("roots/list", {})), DONE)
    with pytest.raises(Unanswered, match="asks for roots, which this client does not have"):
        await go(server)
    assert (go.asked, len(server.asked)) == ([], 1)


async def test_a_client_that_refuses_ends_the_call_with_its_reason(go):
    server = Server(wants(a=("sampling/createMessage", {})), DONE)
    with pytest.raises(Unanswered, match="sampling/createMessage, which the client did not answer: not today"):
        await go(server, {"sampling/createMessage": refused("not today")})


async def test_one_refusal_is_enough_and_nobody_waits_for_the_other_answers():
    given_up = []

    async def answer(question):
        if question.method == "sampling/createMessage":
            return refused("no")
        try:
            return await asyncio.Event().wait()
        except asyncio.CancelledError:
            given_up.append(question.method)
            raise

    client = Client(fields_of(raw({"capabilities": CAPABILITIES})))
    server = Server(wants(a=("elicitation/create", {}), b=("sampling/createMessage", {})))
    with pytest.raises(Unanswered):
        await in_rounds(client, {}, server.ask, answer)
    await asyncio.sleep(0)
    assert given_up == ["elicitation/create"]


async def test_a_server_that_asks_for_ever_is_given_up(go):
    server = Server(wants(a=("sampling/createMessage", {})))
    with pytest.raises(Unanswered, match=f"after {MAX_ROUNDS} rounds"):
        await go(server)
    assert len(server.asked) == MAX_ROUNDS + 1


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param([], id="a list"),
        pytest.param({"a": 1}, id="no question"),
        pytest.param({"a": {"params": {}}}, id="no method"),
        pytest.param({str(n): {"method": "roots/list"} for n in range(MAX_INPUTS + 1)}, id="too many"),
    ],
)
async def test_what_cannot_be_read_is_not_asked(go, inputs):
    server = Server(wants() | {"inputRequests": inputs})
    with pytest.raises(Unanswered, match="cannot be read"):
        await go(server)
    assert go.asked == []


async def test_an_error_is_passed_on():
    async def ask(params):
        return Message("2.0", id=1, error=raw({"code": 1, "message": "no"}))

    message = await in_rounds(Client({}), {}, ask, None)
    assert message.error
