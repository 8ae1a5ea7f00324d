import asyncio
import json

import pytest

from hub_launch.run.eras import SUBSCRIPTION_KEY
from hub_launch.run.link import LinkGone
from hub_launch.run.messages import raw, read_message
from hub_launch.run.relay import Relay


class Pipe:
    """A child's input that remembers what was written."""

    def __init__(self):
        self.sent = []
        self.room = asyncio.Event()
        self.room.set()

    def write(self, data):
        assert data.endswith(b"\n")
        self.sent.append(json.loads(data))

    async def drain(self):
        await self.room.wait()


def answer(number, **what):
    return read_message(json.dumps({"jsonrpc": "2.0", "id": number, **what}).encode())


@pytest.fixture
def pipe():
    return Pipe()


@pytest.fixture
def relay(pipe):
    return Relay(pipe)


@pytest.fixture
def ask(relay, pipe):
    """Starts a request, and waits until it was written."""

    async def start(params=None, on_progress=None):
        before = len(pipe.sent)
        task = asyncio.create_task(relay.request("tools/call", raw(params or {}), on_progress))
        while len(pipe.sent) == before:
            await asyncio.sleep(0)
        return task, pipe.sent[-1]

    return start


async def test_each_answer_goes_to_whoever_asked(relay, ask):
    (one, first), (two, second) = await ask({"a": 1}), await ask({"a": 2})
    assert first["id"] != second["id"]
    assert (first["params"], second["params"]) == ({"a": 1}, {"a": 2})
    assert relay.take(answer(second["id"], result={"n": 2}))
    assert relay.take(answer(first["id"], result={"n": 1}))
    assert bytes((await one).result) == b'{"n": 1}'
    assert bytes((await two).result) == b'{"n": 2}'


@pytest.mark.parametrize("number", [0, 2, 2**80, "1", None])
async def test_answers_that_nobody_waits_for_are_not_taken(relay, ask, number):
    task, sent = await ask()
    assert sent["id"] == 1
    assert not relay.take(answer(number, result={}))
    assert not task.done()


def test_a_request_of_the_child_is_never_taken_for_an_answer(relay):
    assert not relay.take(answer(1, method="ping"))


async def test_a_second_answer_is_dropped(relay, ask):
    task, sent = await ask()
    assert relay.take(answer(sent["id"], result={"n": 1}))
    assert not relay.take(answer(sent["id"], result={"n": 2}))
    assert bytes((await task).result) == b'{"n": 1}'


async def test_a_caller_that_gives_up_cancels_at_the_child(ask, pipe):
    task, sent = await ask()
    task.cancel()
    await asyncio.wait([task])
    assert pipe.sent[-1] == {
        "jsonrpc": "2.0",
        "method": "notifications/cancelled",
        "params": {"requestId": sent["id"]},
    }


async def test_a_caller_that_gives_up_does_not_wait_for_a_child_that_does_not_read(relay, pipe, ask):
    pipe.room.clear()
    task, _ = await ask()
    task.cancel()
    await asyncio.wait_for(asyncio.wait([task]), 5)
    assert task.cancelled()


async def test_progress_comes_under_a_token_of_ours_and_goes_to_the_caller(relay, ask):
    told = []
    task, sent = await ask({"_meta": {"progressToken": "theirs", "traceparent": "00-1"}}, told.append)
    assert sent["params"]["_meta"] == {"progressToken": sent["id"], "traceparent": "00-1"}
    line = {
        "jsonrpc": "2.0",
        "method": "notifications/progress",
        "params": {"progressToken": sent["id"], "progress": 1},
    }
    assert relay.take(read_message(json.dumps(line).encode()))
    assert json.loads(bytes(told[0])) == {"progressToken": sent["id"], "progress": 1}
    task.cancel()


def test_progress_of_the_session_is_left_to_it(relay):
    line = b'{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":3,"progress":1}}'
    assert not relay.take(read_message(line))


async def test_when_the_child_is_gone_everybody_is_told(relay, ask):
    (one, _), (two, _) = await ask(), await ask()
    relay.fail()
    for task in (one, two):
        with pytest.raises(LinkGone):
            await task
    with pytest.raises(LinkGone):
        await relay.request("tools/call", raw({}))


async def test_a_pipe_that_breaks_means_that_the_child_is_gone(relay, pipe):
    async def broken():
        raise BrokenPipeError

    pipe.drain = broken
    with pytest.raises(LinkGone):
        await relay.request("tools/call", raw({}))


@pytest.mark.parametrize(
    ("method", "params"), [("progress", {"progressToken": 0}), ("tools/list_changed", {"_meta": {SUBSCRIPTION_KEY: 0}})]
)
def test_a_number_with_more_digits_than_python_reads_is_nobodys(relay, method, params):
    line = json.dumps({"jsonrpc": "2.0", "method": f"notifications/{method}", "params": params})
    assert not relay.take(read_message(line.replace(": 0}", f": {'9' * 5000}}}").encode()))
