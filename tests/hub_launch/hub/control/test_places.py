"""Where hubs listen: their user can, nobody else, and what a killed hub left behind is in nobody's way."""

import os
import socket
import stat

import pytest

from hub_launch.errors import HubError
from hub_launch.hub.control import places
from hub_launch.hub.control.places import MAX_PATH, connect, is_alive, listen, peer, sockets


@pytest.fixture
def heard(folder):
    """Listens under a name; returns the socket's path."""
    listeners = []

    def start(name="8080"):
        listener, path = listen(folder, name)
        listeners.append(listener)
        return path

    yield start
    for one in listeners:
        one.close()


def test_folder_and_socket_are_their_owners_alone(heard, folder):
    path = heard()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sockets(folder) == [path]


def test_a_folder_that_others_could_enter_is_closed_to_them(heard, folder):
    folder.mkdir(mode=0o755)
    heard()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_is_none_or_leads_elsewhere_is_refused(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HubError, match="is not a folder of your own"):
        listen(folder, "8080")


def test_a_folder_of_somebody_elses_is_refused(folder, monkeypatch):
    folder.mkdir()
    monkeypatch.setattr(places.os, "getuid", lambda: os.geteuid() + 1)
    with pytest.raises(HubError, match="is not a folder of your own"):
        listen(folder, "8080")


def test_what_a_killed_hub_left_behind_is_cleared_away(heard, folder):
    dead = heard("9000")
    listener = socket.socket(socket.AF_UNIX)
    left = folder / "8080.sock"
    listener.bind(str(left))
    listener.close()
    assert left.exists()
    assert not is_alive(left)
    assert sockets(folder) == [dead]
    path = heard("8080")
    assert path == left
    assert is_alive(path)


def test_a_second_hub_of_the_same_name_has_a_socket_of_its_own(heard, folder):
    first, second = heard(), heard()
    assert second.name == f"8080-{os.getpid()}.sock"
    assert sockets(folder) == [second, first]


def test_a_path_that_is_longer_than_the_kernels_room_is_reached_all_the_same(tmp_path):
    folder = tmp_path / ("long" * 40)
    assert len(str(folder)) > MAX_PATH
    listener, path = listen(folder, "8080")
    assert sockets(folder) == [path]
    listener.close()


def test_no_folder_has_no_hubs(folder):
    assert sockets(folder) == []


def test_who_asks_is_known(heard):
    path = heard()
    connection = connect(path, 1)
    assert peer(connection) == os.getuid()
    connection.close()
