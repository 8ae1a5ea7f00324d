"""Records as files: stable, readable, and left alone when they say the same."""

import json

import pytest

from hub_launch.catalog import Recorded
from hub_launch.judge.recorded import RecordedFile, keep_old, recorded_bytes, tool_changes

TOOL = {"name": "add", "description": "Add.", "inputSchema": {"properties": {"a": {"default": None}}}}


def record(**changes):
    usual = {"id": "time", "version": "1.0", "outcome": "passed", "date": "2026-11-21", "tools": [TOOL]}
    return Recorded.model_validate(usual | changes)


def test_what_is_written_is_what_is_read(tmp_path):
    path = tmp_path / "time.json"
    path.write_bytes(recorded_bytes(record(startSeconds=0.25, tier="bwrap")))
    assert RecordedFile(path, "time.json").recorded == record(startSeconds=0.25, tier="bwrap")


def test_a_value_that_a_server_gave_as_null_stays():
    assert json.loads(recorded_bytes(record()))["tools"] == [TOOL]


def test_keys_are_sorted_and_every_value_has_a_line():
    lines = recorded_bytes(record()).decode().splitlines()
    assert [line.strip().partition(":")[0] for line in lines if line.startswith(' "')] == sorted(
        f'"{key}"' for key in ("date", "id", "outcome", "tools", "version")
    )


def test_what_nobody_sees_in_a_diff_is_escaped():
    data = recorded_bytes(record(instructions="a\u202eb\U000e0041 café 漢字"))
    assert b"a\\u202eb\\udb40\\udc41 caf\xc3\xa9" in data
    assert json.loads(data)["instructions"] == "a\u202eb\U000e0041 café 漢字"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"{", "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (b"{}", "id: Field required"),
        (b'{"start_seconds": 1}', "id: Field required"),
        (b" " * 5_000_000, "larger than"),
    ],
)
def test_a_file_that_is_no_record_says_why(tmp_path, data, problem):
    path = tmp_path / "time.json"
    path.write_bytes(data)
    assert problem in RecordedFile(path, "time.json").problem


def test_another_day_machine_or_speed_makes_no_difference():
    assert keep_old(record(), record(date="2026-12-24", startSeconds=9, tier="none"))


def test_tools_whose_defaults_are_the_time_of_the_start_make_no_difference():
    first, second = (
        TOOL | {"inputSchema": {"properties": {"day": {"default": day}}}} for day in ("2026-11-21", "2026-11-22")
    )
    assert keep_old(record(tools=[first]), record(tools=[second]))
    assert not tool_changes([first], [second])


@pytest.mark.parametrize(
    "change",
    [{"version": "1.1"}, {"tools": []}, {"outcome": "failed"}, {"instructions": "New."}, {"protocolVersion": "2"}],
)
def test_anything_else_does(change):
    assert not keep_old(record(), record(**change))


@pytest.mark.parametrize("outcome", ["unreachable", "untried"])
def test_a_test_that_could_not_be_made_here_undoes_none_that_could(outcome):
    assert keep_old(record(), record(outcome=outcome))
    assert not keep_old(record(version="0.9"), record(outcome=outcome))
    assert not keep_old(None, record(outcome=outcome))


def test_how_tools_differ_is_told_by_name():
    changed = TOOL | {"description": "Send.", "title": "Add"}
    changes = tool_changes([TOOL, {"name": "old"}], [changed, {"name": "new"}])
    assert changes.sentences() == ["+ new", "- old", "~ add (description, title)"]
    assert changes


def test_equal_tools_do_not_differ():
    assert not tool_changes([TOOL], [TOOL | {"_meta": {"x": 1}}])
