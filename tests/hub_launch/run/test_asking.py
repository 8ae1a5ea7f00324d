"""What a server asks: answered once, by whoever may be asked, and given up with its server."""

import asyncio
import json

import pytest

from hub_launch.run.asking import MAX_ASKED, Asked, refused
from hub_launch.run.link import LinkGone, Reply
from hub_launch.run.messages import Message, raw


class Person:
    """Answers when told to."""

    def __init__(self):
        self.asked, self.gave_up = [], []
        self.may_answer = asyncio.Event()

    async def answer(self, question):
        self.asked.append((question.method, bytes(question.params)))
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.gave_up.append(question.method)
            raise
        return Reply(raw({"roots": []}))


@pytest.fixture
async def asked():
    """What a server asked, with what it is told in `.said`."""
    said = []

    async def send(message):
        said.append(json.loads(message))

    one = Asked(send)
    one.said = said
    yield one
    await one.close()


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


def question(number, method="roots/list", params=None):
    return Message("2.0", id=number, method=method, **({"params": raw(params)} if params else {}))


async def test_whoever_may_be_asked_answers_under_the_servers_own_number(asked):
    person = Person()
    asked.answer = person.answer
    person.may_answer.set()
    assert asked.take(question("a", params={"x": 1}))
    assert asked.take(question(7))
    await settle()
    assert person.asked == [("roots/list", b'{"x":1}'), ("roots/list", b"{}")]
    assert [(one["id"], one["result"]) for one in asked.said] == [("a", {"roots": []}), (7, {"roots": []})]


async def test_a_server_that_all_share_is_told_why_nobody_is_asked(asked):
    asked.take(question(1, "sampling/createMessage"))
    await settle()
    error = asked.said[0]["error"]
    assert error["code"] == -32601
    assert "--isolation" in error["message"]


async def test_a_ping_is_nobodys_business(asked):
    asked.answer = Person().answer
    asked.take(question(1, "ping"))
    await settle()
    assert asked.said == [{"jsonrpc": "2.0", "id": 1, "result": {}}]


async def test_what_a_server_takes_back_is_not_answered_any_more(asked):
    person = Person()
    asked.answer = person.answer
    asked.take(question(1))
    asked.take(question("1"))
    await settle()
    assert asked.take(Message("2.0", method="notifications/cancelled", params=raw({"requestId": 1})))
    await settle()
    assert person.gave_up == ["roots/list"]
    person.may_answer.set()
    await settle()
    assert [one["id"] for one in asked.said] == ["1"]


async def test_what_is_taken_back_at_once_takes_up_no_room(asked):
    asked.answer = Person().answer
    for number in range(MAX_ASKED):
        asked.take(question(number))
        asked.take(Message("2.0", method="notifications/cancelled", params=raw({"requestId": number})))
    await settle()
    asked.take(question("after", "ping"))
    await settle()
    assert [one["id"] for one in asked.said] == ["after"]


async def test_what_takes_nothing_back_and_asks_nothing_is_somebody_elses(asked):
    assert not asked.take(Message("2.0", method="notifications/cancelled", params=raw({"requestId": 1})))
    assert not asked.take(Message("2.0", method="notifications/message", params=raw({})))
    assert not asked.take(Message("2.0", id=1, result=raw({})))


async def test_a_number_that_still_waits_and_more_than_a_server_may_ask_are_passed_over(asked):
    person = Person()
    asked.answer = person.answer
    for number in [1, 1, *range(2, 100)]:
        assert asked.take(question(number))
    await settle()
    assert len(person.asked) == MAX_ASKED
    person.may_answer.set()
    await settle()
    assert [one["id"] for one in asked.said] == list(range(1, MAX_ASKED + 1))
    asked.take(question(1))
    await settle()
    assert len(asked.said) == MAX_ASKED + 1


async def test_a_refusal_has_its_reason_and_an_answer_to_one_that_is_gone_is_dropped():
    async def gone(message):
        raise LinkGone

    async def no(question):
        return refused("because")

    asked = Asked(gone)
    asked.answer = no
    asked.take(question(1))
    await settle()
    await asked.close()


async def test_whoever_is_asked_stops_when_the_server_is_gone(asked):
    person = Person()
    asked.answer = person.answer
    asked.take(question(1))
    await settle()
    await asked.close()
    assert person.gave_up == ["roots/list"]
    assert asked.said == []
