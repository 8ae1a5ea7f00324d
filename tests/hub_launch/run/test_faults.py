"""Whatever goes wrong with a call to a remote server: who called is told in words, and the next call is answered."""

import json

import pytest
from tests.faults.network import Fault, Host

from hub_launch.run.link import LinkGone
from hub_launch.run.messages import raw

# Only who waits for nothing is to wait for less.
SECONDS, SECONDS_OF_STALLS = 20, 2


def answer(line, body):
    message = json.loads(body)
    if "id" not in message or "result" in message:
        return "text/plain", b""
    return "application/json", json.dumps(
        {"jsonrpc": "2.0", "id": message["id"], "result": {"text": "x" * 100}}
    ).encode()


@pytest.fixture
def host():
    running = Host(answer)
    yield running
    running.close()


async def called(link):
    """What the call came to: a result, or why there is none."""
    try:
        message = await link.request("tools/call", raw({"name": "t"}))
    except LinkGone as error:
        return str(error)
    return json.loads(bytes(message.result or message.error))


@pytest.mark.parametrize("fault", Fault)
async def test_a_call_that_goes_wrong_is_told_and_the_next_one_is_answered(fault, host, link):
    seconds = SECONDS_OF_STALLS if "nothing more" in fault else SECONDS
    one = link(host.url, limits={"answer_seconds": seconds})
    assert "text" in await called(one)
    host.disturb(1, fault)
    said = await called(one)
    words = said if isinstance(said, str) else said["message"]
    assert words.isprintable()
    assert len(words) > 10
    assert "text" in await called(one)
