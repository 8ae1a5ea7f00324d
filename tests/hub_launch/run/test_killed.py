"""Children that are killed while they are asked, in the event loop that the hub runs in: its pipes fail otherwise."""

import asyncio
import os
import signal
import sys

import pytest

from hub_launch.run.link import LinkGone
from hub_launch.run.messages import raw
from hub_launch.run.process import Child
from hub_launch.run.relay import Relay

uvloop = pytest.importorskip("uvloop", reason="there is no uvloop for this Python")


@pytest.fixture
def killed(launch, tmp_path):
    """Runs `act` with the relay of a child that was killed a moment ago, in uvloop's event loop."""

    async def with_relay(act):
        child = await Child.spawn(launch(), tmp_path / "child.log")
        relay = Relay(child.stdin)
        os.kill(child._process.pid, signal.SIGKILL)
        try:
            # A hang guard.
            async with asyncio.timeout(10):
                # What the loop does when it sees that nobody reads any more, at a time of its own.
                child.stdin.transport.abort()
                while not child.stdin.is_closing():
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0)
                await act(relay)
        finally:
            await child.close()

    def run(act):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(with_relay(act))

    return run


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop")
def test_a_request_to_a_child_that_was_just_killed_says_that_it_is_gone(killed):
    async def ask(relay):
        with pytest.raises(LinkGone):
            await relay.request("tools/call", raw({}))

    killed(ask)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop")
def test_giving_up_a_request_whose_child_was_just_killed_is_no_error(killed):
    async def give_up(relay):
        relay._give_up(1_000_000_000)

    killed(give_up)
