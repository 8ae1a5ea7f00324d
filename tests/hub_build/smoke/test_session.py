"""What is seen of a server that behaves, and of one that does not."""

import pytest

from hub_build.smoke import session
from hub_build.smoke.session import visit
from hub_launch.catalog.entry import SmokeCall


def calls(*documents):
    return [SmokeCall.model_validate(document) for document in documents]


@pytest.fixture
def seen(launch, tmp_path):
    async def visited(*declared, start_seconds=session.START_SECONDS, **config):
        return await visit(launch(**config), tmp_path / "log", calls(*declared), start_seconds)

    return visited


async def test_everything_that_a_server_offers_is_seen(seen):
    found = await seen(instructions="Use it well.")
    assert [tool.name for tool in found.offer.tools] == ["echo"]
    assert [prompt.name for prompt in found.offer.prompts] == ["b", "a"]
    assert found.offer.resources[0].words()["name"] == "here"
    assert found.offer.instructions == "Use it well."
    assert found.offer.greeting.server_info["name"] == "small"
    assert found.offer.greeting.protocol_version == "2025-06-18"
    assert found.start_seconds > 0


async def test_calls_are_made_in_their_order_and_judged_each_by_itself(seen):
    found = await seen(
        {"tool": "echo", "arguments": {"x": "hello"}, "expect": {"contains": "hello"}},
        {"tool": "echo", "arguments": {"x": "hello"}, "expect": {"contains": "goodbye"}},
        {"tool": "echo", "arguments": {"x": "error"}},
        {"tool": "echo", "arguments": {"x": "error"}, "expect": {"isError": True}},
        {"tool": "no-such-tool"},
    )
    assert [call.passed for call in found.calls] == [True, False, False, True, False]
    assert "`goodbye` is not in the answer" in found.calls[1].reason
    assert found.calls[4].reason == "no answer: Method not found"


async def test_a_server_that_prints_to_its_output_is_still_understood(seen):
    assert (await seen(banner=True)).offer


async def test_a_server_that_does_not_start_says_why(seen):
    found = await seen(exit=2)
    assert found.offer is None
    assert found.reason == "exited with code 2: error: no model found"


@pytest.mark.parametrize(
    ("says", "cut_off"),
    [
        ("ConnectError: [Errno -2] Name or service not known", True),
        ("Error: getaddrinfo ENOTFOUND api.example.com", True),
        ("error: no model found", False),
    ],
)
async def test_a_server_that_does_not_start_without_the_network_is_told_from_one_that_does_not_start(
    seen, says, cut_off
):
    assert (await seen(exit=2, says=says)).cut_off is cut_off


@pytest.mark.parametrize("method", ["initialize", "tools/list", "prompts/list"])
async def test_a_server_that_hangs_is_given_up(seen, method):
    found = await seen(hang_on=method, start_seconds=1)
    assert found.reason == "did not answer within 1 s"


async def test_a_call_that_hangs_fails_alone(seen, monkeypatch):
    monkeypatch.setattr(session, "CALL_SECONDS", 0.5)
    found = await seen({"tool": "hang"})
    assert found.offer
    assert found.calls[0].reason == "no answer within 0.5 s"


async def test_a_server_that_dies_in_a_call_is_there_for_the_next(seen):
    found = await seen({"tool": "die"}, {"tool": "echo"})
    assert [call.passed for call in found.calls] == [False, True]
    assert found.calls[0].reason.startswith("no answer: ")
