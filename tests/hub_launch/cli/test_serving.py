"""`hub-launch serve`, as far as nothing is started; started, it is in tests/e2e/test_replicas.py."""

import argparse

import pytest

from hub_launch.cli.beside_others import add_beside_others, replica_of
from hub_launch.cli.serving import options

ADDRESS = "redis://:secret@127.0.0.1:6379/0"


def parsed(add, *words):
    parser = argparse.ArgumentParser()
    add(parser)
    return parser.parse_args(words)


def test_it_is_for_http_and_says_what_is_for_editors(cli):
    ran = cli("serve", "demo", "--stdio")
    assert (ran.code, "`hub-launch demo --stdio`" in ran.err) == (2, True)


def test_a_server_that_the_configuration_does_not_have_is_named(cli, tmp_path):
    (tmp_path / "hub.yaml").write_text("servers: {demo: {command: cat}}\n")
    ran = cli("serve", "other", "--config", str(tmp_path / "hub.yaml"))
    assert ran.code == 2
    assert "has no server other" in ran.err


def test_its_one_server_is_what_its_address_is_of():
    assert replica_of(parsed(options, "work/demo@1.2.3"), {}, "demo").alone == "demo"
    by_itself = replica_of(parsed(add_beside_others), {}, "demo")
    assert (by_itself.alone, by_itself.sessions) == ("", None)


def test_where_sessions_are_shared_is_taken_out_of_the_environment():
    environ = {"HUB_SESSIONS": ADDRESS, "OTHER": "stays"}
    assert replica_of(parsed(add_beside_others), environ, "demo").sessions is not None
    assert environ == {"OTHER": "stays"}


@pytest.mark.parametrize("seconds", ["-1", "ten", "601"])
def test_a_time_to_drain_that_is_none_is_wrong_use(cli, seconds):
    ran = cli("serve", "demo", "--drain", seconds)
    assert (ran.code, f"{seconds} is not a number of seconds" in ran.err or "--drain" in ran.err) == (2, True)


def test_a_store_that_there_is_none_of_is_said_without_the_password():
    with pytest.raises(Exception, match="--sessions: there is no store") as caught:
        replica_of(parsed(add_beside_others, "--sessions", "ftp://:secret@host"), {}, "demo")
    assert "secret" not in str(caught.value)
