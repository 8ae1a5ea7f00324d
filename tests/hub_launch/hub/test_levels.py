from typing import get_args

import mcp_types
import pytest

from hub_launch.hub.levels import LEVELS, is_level, least_severe, reaches


def test_the_levels_are_those_of_the_sdk():
    assert get_args(mcp_types.LoggingLevel) == LEVELS
    assert [is_level(text) for text in ("debug", "verbose", None)] == [True, False, False]


@pytest.mark.parametrize(
    ("level", "least", "heard"),
    [("info", "info", True), ("debug", "info", False), ("alert", "error", True), ("loud", "error", True)],
)
def test_a_message_is_heard_if_it_is_severe_enough_or_nobody_knows_how_severe(level, least, heard):
    assert reaches(level, least) is heard


def test_several_hear_what_they_want_with_the_least_severe_of_their_levels():
    assert least_severe(["error", "notice"]) == "notice"
    assert least_severe([]) is None
