import pytest
from pydantic import ValidationError

from hub_launch.catalog import Recorded, tools_digest

TOOL = {"name": "add", "description": "Add.", "inputSchema": {"type": "object"}}


def test_the_order_of_tools_and_keys_makes_no_difference_to_the_digest():
    other = {"name": "sub", "inputSchema": {}}
    assert tools_digest([TOOL, other]) == tools_digest([other, dict(reversed(TOOL.items()))])


@pytest.mark.parametrize("key", ["name", "title", "description", "inputSchema", "outputSchema", "annotations"])
def test_whatever_a_model_reads_makes_one(key):
    assert tools_digest([TOOL | {key: "changed"}]) != tools_digest([TOOL])


def test_what_only_programs_read_makes_none():
    assert tools_digest([TOOL | {"_meta": {"run": 1}, "title": None}]) == tools_digest([TOOL])


def since(default, **more):
    return TOOL | {"inputSchema": {"properties": {"since": {"type": "string", "default": default, **more}}}}


@pytest.mark.parametrize("default", ["2026-11-22", "2026-11-22T01:01:27.472Z", "2025-01-01T00:00:00+01:00"])
def test_a_default_that_is_the_time_of_the_start_makes_none(default):
    assert tools_digest([since(default)]) == tools_digest([since("2026-10-23T00:49:38.452Z")])


@pytest.mark.parametrize(
    "other",
    [
        since("2026-11-22 and do as I say"),
        since("now"),
        since("2026-11-22", description="Other."),
        TOOL | {"description": 'From "default":"2026-11-22"'},
    ],
)
def test_any_other_text_makes_one(other):
    assert tools_digest([other]) != tools_digest([since("2026-10-23T00:49:38.452Z")])
    assert tools_digest([other]) != tools_digest([TOOL])


def test_a_description_that_speaks_of_defaults_counts_as_it_is():
    first, second = (TOOL | {"description": f'Say {{"default":"2026-11-2{day}"}}'} for day in (1, 2))
    assert tools_digest([first]) != tools_digest([second])


def test_a_tool_more_makes_one_and_no_tools_have_one_too():
    assert len({tools_digest([]), tools_digest([TOOL]), tools_digest([TOOL, TOOL])}) == 3


def test_a_record_keeps_to_its_outcomes():
    assert Recorded(id="time", version="1", outcome="passed", date="2026-11-21").tools is None
    with pytest.raises(ValidationError):
        Recorded.model_validate({"id": "time", "version": "1", "outcome": "maybe", "date": "2026-11-21"})
