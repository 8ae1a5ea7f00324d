"""What a hub keeps for each of its servers, while servers come, go and are replaced."""

import pytest

from hub_launch.hub.singles import Singles


@pytest.fixture
async def servers(hub, launch):
    """Two servers as a hub has them, without the hub."""
    return dict((await hub(launch("aa"), launch("bb"))).supervisor.servers)


async def test_it_is_made_once_for_each(servers):
    singles = Singles(servers, lambda server: [server.status.id])
    kept = singles.get("aa")
    assert kept == ["aa"]
    assert singles.get("bb") == ["bb"]
    assert singles.get("aa") is singles.of(servers["aa"]) is kept
    assert list(singles) == [["aa"], ["bb"]]


async def test_there_is_none_of_a_server_that_is_not_in_the_hub(servers):
    singles = Singles(servers, lambda server: server)
    assert singles.get("cc") is None
    assert list(singles) == []


@pytest.mark.parametrize("asked", ["aa", "bb", "cc"], ids=["itself", "another", "one that never was"])
async def test_of_one_that_is_gone_it_is_ended_once_whoever_is_asked_for_next(servers, asked):
    ended = []
    singles = Singles(servers, lambda server: server.status.id, ended.append)
    singles.get("aa")
    del servers["aa"]
    for _ in range(2):
        singles.get(asked)
    assert ended == ["aa"]
    assert "aa" not in singles


async def test_of_one_that_was_replaced_there_is_another(servers, hub, launch):
    ended = []
    singles = Singles(servers, lambda server: [server], ended.append)
    first = singles.get("aa")
    servers |= (await hub(launch("aa"))).supervisor.servers
    assert singles.get("aa") == [servers["aa"]] != first
    assert ended == [first]


async def test_of_one_that_left_while_it_was_waited_for_it_is_made_and_not_kept(servers):
    gone = servers.pop("aa")
    singles = Singles(servers, lambda server: [server])
    assert singles.of(gone) == [gone]
    assert list(singles) == []
