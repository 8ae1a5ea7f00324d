from pathlib import Path

import pytest

from hub_launch.catalog.entry import Permissions
from hub_launch.guard.sandbox import grants_of
from hub_launch.plan import StdioLaunch


def grants(*, paths=(), programs=(), cwd="/state/work/x", env=None, **permissions):
    launch = StdioLaunch(
        *("x", "X", "npm", ("/x",)),
        cwd=cwd,
        paths=tuple(paths),
        programs=tuple(programs),
        env=env or {},
        permissions=Permissions(**permissions),
    )
    return grants_of(launch, Path("/state/home/x"))


def test_a_server_may_write_to_its_own_folders_and_read_its_program_and_no_more():
    given = grants(programs=["/cache/x"])
    assert given.writes == ("/state/home/x", "/state/work/x")
    assert given.reads == ("/cache/x",)
    assert not given.network
    assert not given.everything


def test_folders_that_the_user_names_are_granted_where_the_entry_asks_for_them():
    assert "/home/user/docs" in grants(paths=["/home/user/docs"], filesystem="arguments").writes
    assert "/home/user/docs" not in grants(paths=["/home/user/docs"]).writes


@pytest.mark.parametrize("network", ["any", "loopback", ("api.example.com",)])
def test_whoever_declares_some_network_gets_it(network):
    assert grants(network=network).network


def test_certificates_come_with_the_network():
    env = {"SSL_CERT_FILE": "/home/user/company.pem", "SSL_CERT_DIR": "relative"}
    assert grants(network="any", env=env).reads == ("/home/user/company.pem",)
    assert grants(env=env).reads == ()


def test_nothing_is_mounted_below_what_the_server_may_write_to():
    given = grants(paths=["/home/user"], programs=["/home/user/.cache/x", "/opt/x"], filesystem="arguments")
    assert given.reads == ("/opt/x",)
    assert given.writes == ("/home/user", "/state/home/x", "/state/work/x")


def test_a_folder_within_another_is_granted_once():
    assert grants(paths=["/a/b", "/a", "/a"], filesystem="arguments").writes[0] == "/a"
    assert grants(programs=["/p/x/bin", "/p/x"]).reads == ("/p/x",)


def test_a_name_that_only_begins_alike_is_another_folder():
    assert grants(programs=["/p/xy", "/p/x"]).reads == ("/p/x", "/p/xy")
