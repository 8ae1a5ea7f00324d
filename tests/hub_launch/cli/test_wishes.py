import argparse

import pytest

from hub_launch.cli.wishes import Wishes, add_wishes, check_wishes, wished, wishes_of
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import HttpLaunch


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
    far = HttpLaunch("far", "Far", "remote", "streamable-http", "https://example.com/mcp")
    assert wished(far, Wishes("lazy", 30)) == far


def test_an_option_for_a_server_that_is_not_started_is_refused(parsed):
    check_wishes(parsed("--lazy", "time"), ["time"])
    with pytest.raises(HubError, match="--lazy git: git is not among the servers to start") as caught:
        check_wishes(parsed("--lazy", "git"), ["time"])
    assert (caught.value.code, caught.value.hint) == (
        ExitCode.USAGE,
        "they are time; `--lazy all` is for every one",
    )
