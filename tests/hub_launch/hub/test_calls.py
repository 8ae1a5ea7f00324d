"""Calls that are lost on their way: the client is told of which server, why, and what to do."""

import pytest

from hub_launch.hub.attempts import why_gone
from hub_launch.hub.caller import Caller
from hub_launch.hub.calls import relay
from hub_launch.hub.desk import Desk
from hub_launch.run.link import LinkGone
from hub_launch.run.messages import raw
from hub_launch.run.supervisor import Supervisor


@pytest.fixture
async def server(launch, tmp_path):
    """A server that is up."""
    supervisor = Supervisor([launch("aa")], [], tmp_path, lambda status: None)
    supervisor.start()
    await supervisor.settled()
    yield supervisor.servers["aa"]
    await supervisor.close()


async def test_a_call_that_was_lost_with_a_server_that_is_back_already(server):
    assert await why_gone(server.instances[0], LinkGone("gone")) == "server 'aa' did not answer: gone"


async def test_a_call_over_a_connection_that_was_given_up_meanwhile(server):
    await server.backend.close()
    desk = Desk({"aa": server}, prefixed=True)
    params = {"name": raw("aa_echo"), "arguments": raw({})}
    answer = await relay(desk, "tools/call", params, Caller(False, lambda line: None))
    assert b"'aa'" in bytes(answer.result)
