import dataclasses

import pytest

from hub_launch.hub.provider import ServerProvider
from hub_launch.run.messages import raw
from hub_launch.run.offer import Definition, Offer
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor


@pytest.fixture
async def server(launch, tmp_path):
    """A server that is ready."""
    supervisor = Supervisor(
        [launch("aa", tools=["echo"], resources=["docs://a"], prompts=["greet"])], [], tmp_path, lambda status: None
    )
    supervisor.start()
    await supervisor.settled(20)
    yield supervisor.servers["aa"]
    await supervisor.close()


async def names(provider):
    return [tool.name for tool in await provider.list_tools()]


async def test_what_a_server_offers_are_components(server):
    provider = ServerProvider(server)
    assert await names(provider) == ["echo"]
    assert [str(one.uri) for one in await provider.list_resources()] == ["docs://a"]
    assert [one.name for one in await provider.list_prompts()] == ["greet"]
    assert list(await provider.list_resource_templates()) == []
    assert list(await provider.get_tasks()) == []


async def test_a_component_is_found_by_its_name(server):
    provider = ServerProvider(server)
    assert (await provider.get_tool("echo")).name == "echo"
    assert (await provider.get_prompt("greet")).name == "greet"
    assert str((await provider.get_resource("docs://a")).uri) == "docs://a"
    assert await provider.get_tool("nope") is None
    assert await provider.get_prompt("nope") is None
    assert await provider.get_resource("docs://b") is None
    assert await provider.get_resource_template("docs://b") is None


@pytest.mark.parametrize("state", [State.FAILED, State.QUARANTINED, State.STOPPED])
async def test_a_server_that_does_not_serve_offers_nothing(server, state):
    provider = ServerProvider(server)
    server.status = dataclasses.replace(server.status, state=state)
    assert await names(provider) == []
    assert await provider.get_tool("echo") is None


@pytest.mark.parametrize("state", [State.PENDING, State.STARTING])
async def test_a_server_that_starts_offers_what_it_did_the_last_time(server, state):
    provider = ServerProvider(server)
    server.status = dataclasses.replace(server.status, state=state)
    assert await names(provider) == ["echo"]
    server.offer = Offer()
    assert await names(provider) == []


async def test_a_server_between_two_children_still_offers_what_it_did(server):
    server.status = dataclasses.replace(server.status, state=State.DEGRADED)
    assert await names(ServerProvider(server)) == ["echo"]


async def test_components_are_made_once_for_an_offer_and_anew_for_another(server):
    provider = ServerProvider(server)
    first = await provider.get_tool("echo")
    assert await provider.get_tool("echo") is first
    other = server.offer.tools[0].words() | {"name": "other"}
    server.offer = Offer(tools=(Definition("other", raw(other)),))
    assert await names(provider) == ["other"]
