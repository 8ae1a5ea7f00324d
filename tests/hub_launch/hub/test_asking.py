"""A client that servers ask: what it is asked, through which stream, and whose answer reaches whom."""

import asyncio
import json

import pytest

from hub_launch.hub import asking
from hub_launch.hub.asking import MAX_QUESTIONS, Client, lacking
from hub_launch.run.link import Question
from hub_launch.run.messages import Fields, Message, fields_of, object_of, raw

SAMPLE = Question("sampling/createMessage", raw({"messages": []}))
FORM = Question("elicitation/create", raw({"message": "?"}))
URL = Question("elicitation/create", raw({"mode": "url", "url": "https://example.com"}))
ROOTS = Question("roots/list", raw({}))


def fields(value) -> Fields:
    return fields_of(raw(value))


@pytest.mark.parametrize(
    ("capabilities", "question", "missing"),
    [
        ({"sampling": {}}, SAMPLE, ""),
        ({}, SAMPLE, "sampling"),
        ({"sampling": None}, SAMPLE, "sampling"),
        ({"roots": {}}, ROOTS, ""),
        ({"sampling": {}}, ROOTS, "roots"),
        # Who says nothing about modes has forms: older versions have no others.
        ({"elicitation": {}}, FORM, ""),
        ({"elicitation": {}}, URL, "elicitation of mode url"),
        ({"elicitation": {"url": {}}}, URL, ""),
        ({"elicitation": {"url": {}}}, FORM, "elicitation of mode form"),
        ({"sampling": {}}, Question("tools/list", raw({})), "tools/list"),
    ],
)
def test_a_client_is_asked_for_what_it_declared_and_nothing_else(capabilities, question, missing):
    assert lacking(fields(capabilities), question) == missing


@pytest.fixture
async def client():
    """A client that can be asked for everything, with the lines that it was sent in `.lines`."""
    one = Client(
        fields(
            {
                "protocolVersion": "2025-06-18",
                "capabilities": {"sampling": {}, "elicitation": {}, "roots": {"listChanged": True}},
                "clientInfo": {"name": "test", "version": "1"},
            }
        )
    )
    one.lines = []
    yield one
    await one.close()


def hear(client, name="stream"):
    return client.through(lambda line: client.lines.append((name, json.loads(line))))


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_server_is_greeted_as_the_client_greeted_the_hub(client):
    assert client.hello.version == "2025-06-18"
    assert object_of(client.hello.info) == {"name": "test", "version": "1"}
    assert object_of(client.hello.capabilities)["roots"] == {"listChanged": True}
    assert client.may_be_asked
    assert not Client(fields({"capabilities": {"experimental": {}}})).may_be_asked


async def test_the_answer_goes_back_to_the_one_that_asked(client):
    with hear(client):
        one, two = (asyncio.create_task(client.answer(question)) for question in (SAMPLE, ROOTS))
        await settle()
        (_, first), (_, second) = client.lines
        assert [first["method"], second["method"]] == [SAMPLE.method, ROOTS.method]
        assert client.take(Message("2.0", id=second["id"], result=raw({"roots": []})))
        assert client.take(Message("2.0", id=first["id"], error=raw({"code": 1, "message": "no"})))
        assert object_of((await two).result) == {"roots": []}
        assert object_of((await one).error) == {"code": 1, "message": "no"}


async def test_an_answer_counts_once_and_only_to_an_open_question(client):
    with hear(client):
        asked = asyncio.create_task(client.answer(ROOTS))
        await settle()
        number = client.lines[0][1]["id"]
        assert not client.take(Message("2.0", id=number + 1, result=raw({})))
        assert not client.take(Message("2.0", id=str(number), result=raw({})))
        assert client.take(Message("2.0", id=number, result=raw({"roots": []})))
        assert not client.take(Message("2.0", id=number, result=raw({"roots": [1]})))
        assert object_of((await asked).result) == {"roots": []}
        assert not client.take(Message("2.0", id=number, result=raw({})))


async def test_what_is_no_object_is_no_answer(client):
    with hear(client):
        asked = asyncio.create_task(client.answer(ROOTS))
        await settle()
        client.take(Message("2.0", id=client.lines[0][1]["id"], result=raw([1])))
        assert "no object" in object_of((await asked).error)["message"]


async def test_of_several_streams_the_latest_is_used_and_after_it_the_one_before(client):
    with hear(client, "session"):
        with hear(client, "call"):
            await client.say(b"{}")
        await client.say(b"{}")
    assert [name for name, _ in client.lines] == ["call", "session"]
    assert not client.listens


async def test_a_question_waits_for_a_stream_and_not_for_ever(client, monkeypatch):
    asked = asyncio.create_task(client.answer(ROOTS))
    await settle()
    assert client.lines == []
    with hear(client):
        await settle()
        client.take(Message("2.0", id=client.lines[0][1]["id"], result=raw({"roots": []})))
        assert (await asked).result
    monkeypatch.setattr(asking, "STREAM_SECONDS", 0)
    assert "no stream" in object_of((await client.answer(ROOTS)).error)["message"]


async def test_a_question_that_is_taken_back_is_taken_back_at_the_client_too(client):
    with hear(client):
        asked = asyncio.create_task(client.answer(ROOTS))
        await settle()
        asked.cancel()
        await settle()
        number = client.lines[0][1]["id"]
        assert client.lines[1][1]["method"] == "notifications/cancelled"
        assert client.lines[1][1]["params"] == {"requestId": number}
        assert not client.take(Message("2.0", id=number, result=raw({})))


async def test_a_client_that_does_not_answer_is_not_waited_for_for_ever(client, monkeypatch):
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0)
    with hear(client):
        assert "did not answer within 0 s" in object_of((await client.answer(ROOTS)).error)["message"]


async def test_a_client_is_not_asked_more_than_a_person_can_see(client):
    with hear(client):
        asked = [asyncio.create_task(client.answer(ROOTS)) for _ in range(MAX_QUESTIONS)]
        await settle()
        assert "questions to answer already" in object_of((await client.answer(ROOTS)).error)["message"]
        for _, line in list(client.lines):
            client.take(Message("2.0", id=line["id"], result=raw({})))
        await asyncio.gather(*asked)


async def test_when_a_session_ends_nobody_waits_for_its_answers(client):
    with hear(client):
        asked = asyncio.create_task(client.answer(ROOTS))
        await settle()
        await client.close()
        assert "gone" in object_of((await asked).error)["message"]
