"""What those who watch a hub see: one picture for all of them."""

from dataclasses import replace

import pytest

from hub_launch.hub.rest.events import LOOK_SECONDS, Watchers
from hub_launch.hub.rest.means import Abilities, Means
from hub_launch.hub.rest.view import View
from hub_launch.run.supervisor import Supervisor


class Counting(View):
    """Notes how often all servers are looked at."""

    looks = 0

    def rows(self):
        Counting.looks += 1
        return super().rows()


@pytest.fixture
def means(launch, tmp_path):
    """Of a hub with one server, which is not started."""
    return Means(Supervisor([launch("aa")], [], tmp_path / "logs", lambda status: None), Abilities())


@pytest.fixture
def watched(means):
    """Watchers with a clock of their own, and how to look at the hub by an address."""
    Counting.looks = 0
    now = [0.0]
    watchers = Watchers(means.supervisor, lambda: now[0])
    return watchers, now, lambda base="http://127.0.0.1:1": watchers.picture(Counting(means, base))


def test_fifty_windows_cost_one_look(watched):
    _, _, look = watched
    assert len({id(look()) for _ in range(50)}) == 1
    assert Counting.looks == 1


def test_another_look_is_taken_after_a_second_and_after_each_change_of_a_state(watched, means):
    watchers, now, look = watched
    look()
    now[0] += LOOK_SECONDS
    look()
    assert Counting.looks == 2
    (server,) = means.supervisor.servers.values()
    watchers._changed(replace(server.status, reason="another"))
    look()
    assert Counting.looks == 3


def test_who_names_the_hub_otherwise_has_a_picture_with_that_name(watched):
    _, _, look = watched
    assert b"http://127.0.0.1:1/mcp" in look().hub
    assert b"http://localhost:1/mcp" in look("http://localhost:1").hub
    for number in range(100):
        look(f"http://127.0.0.1:{number}")
    assert len(watched[0]._pictures) < 20
