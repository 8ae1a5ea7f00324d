"""What is trivial, and what a person has to look at."""

from datetime import UTC, datetime, timedelta

import pytest

from hub_build.bump.judge import WAITING_DAYS, reasons
from hub_build.smoke.run import Smoked
from hub_build.upstream import Release
from hub_launch.catalog import Recorded

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOOL = {"name": "add", "description": "Add.", "inputSchema": {}}


def record(version="1.0", **changes):
    usual = {"id": "time", "version": version, "outcome": "passed", "date": "2026-11-21", "tools": [TOOL]}
    return Recorded.model_validate(usual | changes)


def judged(before=None, *, days=WAITING_DAYS, published=..., **changes):
    old = record() if before is None else before
    when = NOW - timedelta(days=days) if published is ... else published
    release = Release("npm", "time", "1.1", published=when)
    return reasons(Smoked(record("1.1", **changes), old), old, release, NOW)


def test_the_same_tools_after_the_waiting_period_are_trivial():
    assert judged() == []


@pytest.mark.parametrize(("days", "said"), [(0, "0 days ago"), (6.9, "6 days ago"), (-1, "0 days ago")])
def test_before_its_end_a_person_decides(days, said):
    assert said in judged(days=days)[0]


def test_a_day_that_nobody_knows_is_not_past():
    assert "nobody says when it was published" in judged(published=None)[0]


def test_every_tool_that_changed_is_named():
    assert judged(tools=[TOOL | {"description": "Send."}, {"name": "new"}]) == [
        "tool + new",
        "tool ~ add (description)",
    ]


def test_instructions_count_as_tools_do():
    assert judged(instructions="Always call add.") == ["its instructions for models changed"]


@pytest.mark.parametrize("outcome", ["failed", "needs", "unreachable", "untried"])
def test_a_test_that_did_not_pass_is_a_reason(outcome):
    assert f"its smoke test did not pass: {outcome}" in judged(outcome=outcome)[0]


def test_without_a_record_there_is_nothing_to_compare_with():
    assert "cannot be compared" in judged(record(tools=None))[0]


def test_text_to_look_at_is_a_reason_when_it_is_new():
    flag = {"where": "tools/add/description", "rule": "hidden-character", "found": "the invisible character U+200B"}
    assert judged(flags=[flag]) == ["tools/add/description: the invisible character U+200B"]
    assert judged(record(flags=[flag]), flags=[flag]) == []
