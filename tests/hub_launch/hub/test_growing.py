"""Adding servers at an assistant's wish: what is asked of its user, and what counts as agreement."""

import json
import sys
from dataclasses import dataclass, field

import pytest

from hub_launch.errors import HubError
from hub_launch.hub.growing import MAX_PARAMETERS, MAX_VALUE, Growing, Proposal, is_registry
from hub_launch.plan import HttpLaunch, StdioLaunch
from hub_launch.run.asking import refused
from hub_launch.run.link import Reply
from hub_launch.run.messages import fields_of, raw

SHOWN = "time: Time (pypi)\n  runs         uvx mcp-server-time"


@dataclass
class User:
    """A client's user, who answers in one way; stands for a hub's client."""

    answer_with: object
    asked: list = field(default_factory=list)

    async def answer(self, question):
        self.asked.append((question.method, json.loads(bytes(question.params))))
        return self.answer_with if isinstance(self.answer_with, Reply) else Reply(raw(self.answer_with))


@dataclass
class Hub:
    """What is behind the calls: a server that is known, and those that were added."""

    agreed: bool = False
    added: list = field(default_factory=list)

    async def propose(self, name, parameters):
        if name != "time":
            raise HubError(f"There is no server '{name}'", "did you mean time?")

        async def add():
            self.added.append((name, dict(parameters)))
            return "time was added"

        return Proposal(name, SHOWN, self.agreed, add)


async def call(hub, user, arguments):
    params = fields_of(raw({"name": "add_server", "arguments": arguments}))
    message = await Growing(hub.propose).asked_by(user).request("tools/call", params)
    result = json.loads(bytes(message.result))
    return result["content"][0]["text"], result["isError"]


YES = {"action": "accept", "content": {"start": True}}


async def test_the_user_is_shown_all_that_runs_in_the_hubs_own_words():
    user = User(YES)
    assert await call(Hub(), user, {"id": "time"}) == ("time was added", False)
    ((method, question),) = user.asked
    assert method == "elicitation/create"
    assert question["message"].endswith(SHOWN)
    assert question["requestedSchema"]["required"] == ["start"]


async def test_parameters_are_texts_or_lists_of_them():
    hub = Hub()
    await call(hub, User(YES), {"id": "time", "parameters": {"zone": "UTC", "folder": ["a", "b"]}})
    assert hub.added == [("time", {"zone": ["UTC"], "folder": ["a", "b"]})]


@pytest.mark.parametrize(
    "answer",
    [
        {"action": "decline"},
        {"action": "cancel"},
        {"action": "accept"},
        {"action": "accept", "content": {}},
        {"action": "accept", "content": {"start": False}},
        {"action": "accept", "content": {"start": "true"}},
        {"action": "accept", "content": [True]},
        {"action": "decline", "content": {"start": True}},
    ],
    ids=str,
)
async def test_nothing_but_a_plain_yes_is_agreement(answer):
    hub = Hub()
    text, wrong = await call(hub, User(answer), {"id": "time"})
    assert (text, wrong, hub.added) == ("the user did not agree to start time, so it was not started", True, [])


async def test_a_client_that_cannot_ask_is_told_what_its_user_can_do():
    hub = Hub()
    text, wrong = await call(hub, User(refused("the client does not have elicitation")), {"id": "time"})
    assert "the client does not have elicitation" in text
    assert "`hub-launch add time`" in text
    assert (wrong, hub.added) == (True, [])


async def test_what_was_agreed_to_before_is_not_asked_about_again():
    user = User({"action": "decline"})
    assert await call(Hub(agreed=True), user, {"id": "time"}) == ("time was added", False)
    assert user.asked == []


async def test_nobody_is_asked_about_a_server_that_there_is_not():
    user = User(YES)
    assert await call(Hub(), user, {"id": "tme"}) == ("There is no server 'tme'; did you mean time?", True)
    assert user.asked == []


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"id": ""},
        {"id": 7},
        {"id": "time", "parameters": "zone=UTC"},
        {"id": "time", "parameters": {"zone": 7}},
        {"id": "time", "parameters": {"zone": ["UTC", None]}},
        {"id": "time", "parameters": {"zone": "x" * (MAX_VALUE + 1)}},
        {"id": "time", "parameters": {f"p{n}": "x" for n in range(MAX_PARAMETERS + 1)}},
    ],
    ids=lambda arguments: str(arguments)[:60],
)
async def test_calls_that_say_nothing_sensible_are_answered_and_nobody_is_asked(arguments):
    hub, user = Hub(), User(YES)
    _, wrong = await call(hub, user, arguments)
    assert (wrong, user.asked, hub.added) == (True, [], [])


OURS = (sys.executable, "-P", "-m", "hub_launch.children.module", "hub_launch.servers.registry", "create_server")


@pytest.mark.parametrize(
    ("launch", "ours"),
    [
        (StdioLaunch("registry", "Registry", "module", OURS), True),
        (StdioLaunch("find", "Another id", "module", OURS), True),
        (StdioLaunch("registry", "A command of the user's", "own", OURS), False),
        (StdioLaunch("registry", "Somebody's", "npm", ("npx", "hub_launch.servers.registry")), False),
        (StdioLaunch("registry", "Another module", "module", (*OURS[:4], "registry")), False),
        (
            HttpLaunch(
                "registry", "Remote", "remote", "streamable-http", "https://example.com/hub_launch.servers.registry"
            ),
            False,
        ),
        (None, False),
    ],
)
def test_only_the_registrys_own_server_has_such_calls_answered(launch, ours):
    assert is_registry(launch) is ours
