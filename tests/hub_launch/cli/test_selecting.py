"""What the command line says of tools."""

import argparse

import pytest

from hub_launch.cli.selecting import add_selection, parse_selection
from hub_launch.errors import HubError
from hub_launch.run.selection import Selection

SERVERS = {"files": frozenset({"local"}), "git": frozenset()}


def parse(*words):
    parser = argparse.ArgumentParser()
    add_selection(parser)
    return parse_selection(parser.parse_args(words), SERVERS)


def test_nothing_said_shows_everything_and_searches_from_a_number_on():
    assert parse() == Selection()


def test_everything_said():
    words = "--only files.read_* --only tag:local --hide git.* --rename files.read_file=read --tools search"
    assert parse(*words.split(), "--tools-over", "7") == Selection(
        ("files.read_*", "tag:local"), ("git.*",), {"files.read_file": "read"}, "search", 7
    )


@pytest.mark.parametrize("words", ["--tools some", "--tools-over many", "--tools-over -1"])
def test_what_cannot_be_meant_is_wrong_use(words, capsys):
    with pytest.raises(SystemExit):
        parse(*words.split())
    assert words.split()[0] in capsys.readouterr().err


def test_a_server_that_is_not_started_is_named():
    with pytest.raises(HubError, match=r"gti\.\*"):
        parse("--hide", "gti.*")
