import argparse
from dataclasses import replace

import pytest

from hub_launch.cli.wishes import Wishes, add_wishes, check_wishes, wished, wishes_of
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import HttpLaunch, Inside


def far(host="a", **rest):
    return HttpLaunch("far", "Far", "remote", "streamable-http", f"https://{host}.example.com/mcp", **rest)


@pytest.fixture
def parsed():
    """The options of a command line."""

    def parse(*words):
        parser = argparse.ArgumentParser()
        add_wishes(parser)
        return parser.parse_args(words)

    return parse


def test_without_options_servers_start_at_once_and_stay(parsed):
    assert wishes_of(parsed(), "time") == Wishes("eager", None)


def test_a_server_that_is_named_is_lazy_and_others_are_not(parsed):
    options = parsed("--lazy", "time")
    assert [wishes_of(options, name).start for name in ("time", "git")] == ["lazy", "eager"]


def test_all_is_every_server(parsed):
    assert wishes_of(parsed("--lazy", "all"), "git").start == "lazy"


def test_idle_is_for_all_servers_and_in_minutes(parsed, launch):
    assert wished(launch(), wishes_of(parsed("--idle", "30"), "tiny")).idle_seconds == 1800


@pytest.mark.parametrize("minutes", ["4", "-5", "five", "5.5", ""])
def test_a_time_that_is_too_short_or_none_is_refused(parsed, minutes, capsys):
    with pytest.raises(SystemExit):
        parsed("--idle", minutes)
    assert "is not a number of minutes, 5 at least" in capsys.readouterr().err


def test_a_remote_server_is_left_as_it_is():
    assert wished(far(), Wishes("lazy", 30)) == far()


def test_an_option_for_a_server_that_is_not_started_is_refused(parsed):
    check_wishes(parsed("--lazy", "time"), ["time"])
    with pytest.raises(HubError, match="--lazy git: git is not among the servers to start") as caught:
        check_wishes(parsed("--lazy", "git"), ["time"])
    assert (caught.value.code, caught.value.hint) == (
        ExitCode.USAGE,
        "they are time; `--lazy all` is for every one",
    )


# Instances


def test_a_server_has_the_instances_that_are_asked_for_and_others_have_one(parsed, launch):
    options = parsed("--instances", "time=3", "--balance", "round-robin")
    made = wished(launch("time"), wishes_of(options, "time"))
    assert (made.instances, made.balance) == (3, "round-robin")
    assert wished(launch("git"), wishes_of(options, "git")) == launch("git")


def test_a_remote_has_as_many_as_it_has_addresses(parsed):
    two = far(alternatives=(far("b"),))
    assert wished(two, wishes_of(parsed("--instances", "far=2"), "far")).instances == 2
    with pytest.raises(HubError, match="far cannot have 3 instances: it is a remote server with 2 addresses") as caught:
        wished(two, wishes_of(parsed("--instances", "far=3"), "far"))
    assert caught.value.code == ExitCode.USAGE


def test_what_runs_inside_the_hub_is_there_once(parsed, launch):
    inside = replace(launch(), inside=Inside("made"))
    with pytest.raises(HubError, match="tiny runs inside the hub, where there can be only one of it"):
        wished(inside, wishes_of(parsed("--instances", "tiny=2"), "tiny"))


@pytest.mark.parametrize("text", ["time", "time=", "=2", "time=0", "time=17", "time=two", "time=-1"])
def test_numbers_of_instances_that_cannot_be_meant_are_refused(parsed, text, capsys):
    with pytest.raises(SystemExit):
        parsed("--instances", text)
    assert "is not of the form ID=NUMBER, with a number from 1 to 16" in capsys.readouterr().err


def test_instances_of_a_server_that_is_not_started_are_refused(parsed):
    check_wishes(parsed("--instances", "time=2"), ["time"])
    with pytest.raises(HubError, match="--instances git=2: git is not among the servers to start"):
        check_wishes(parsed("--instances", "git=2"), ["time"])


def test_isolation_is_wished_for_one_server_or_for_all_but_one(parsed, launch):
    one = parsed("--isolation", "time=session")
    assert [wishes_of(one, name).isolation for name in ("time", "git")] == ["session", "shared"]
    most = parsed("--isolation", "all=session", "--isolation", "git=shared")
    assert [wishes_of(most, name).isolation for name in ("time", "git")] == ["session", "shared"]
    assert wished(launch(), wishes_of(most, "time")).isolation == "session"


def test_a_remote_server_can_be_isolated_too():
    far = HttpLaunch("far", "Far", "remote", "streamable-http", "https://example.com/mcp")
    assert wished(far, Wishes(isolation="session")).isolation == "session"


@pytest.mark.parametrize("words", ["time", "time=", "=session", "time=own"])
def test_an_isolation_that_is_none_is_refused(parsed, words, capsys):
    with pytest.raises(SystemExit):
        parsed("--isolation", words)
    assert "is not of the form ID=session or ID=shared" in capsys.readouterr().err


def test_an_isolation_of_a_server_that_is_not_started_is_refused(parsed):
    with pytest.raises(HubError, match="--isolation git: git is not among the servers to start"):
        check_wishes(parsed("--isolation", "git=session"), ["time"])
