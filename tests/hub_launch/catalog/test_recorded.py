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


def test_a_tool_more_makes_one_and_no_tools_have_one_too():
    assert len({tools_digest([]), tools_digest([TOOL]), tools_digest([TOOL, TOOL])}) == 3


def test_a_record_keeps_to_its_outcomes():
    assert Recorded(id="time", version="1", outcome="passed", date="2026-11-21").tools is None
    with pytest.raises(ValidationError):
        Recorded.model_validate({"id": "time", "version": "1", "outcome": "maybe", "date": "2026-11-21"})
