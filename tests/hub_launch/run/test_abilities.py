import pytest
from mcp.types import ClientCapabilities
from pydantic import TypeAdapter

from hub_launch.catalog.lock import CapabilityNames
from hub_launch.run.abilities import _ABILITIES, named_abilities
from hub_launch.run.messages import raw


@pytest.mark.parametrize(
    ("capabilities", "name"),
    [
        ({}, ""),
        ({"sampling": {}, "roots": {"listChanged": True}, "elicitation": {}}, "elicitation,roots,sampling"),
        ({"elicitation": {"url": {}}, "tasks": {}}, "elicitation,elicitation.url,tasks"),
        ({"elicitation": 7, "made-up": {}}, "elicitation"),
        ([], ""),
    ],
)  # fmt: skip
def test_what_a_client_can_has_one_name(capabilities, name):
    assert named_abilities(raw(capabilities)) == name


def test_every_capability_of_the_protocol_counts_and_any_set_can_be_pinned():
    known = {name for name in _ABILITIES if "." not in name}
    assert known == ClientCapabilities.model_fields.keys()
    assert TypeAdapter(CapabilityNames).validate_python(",".join(_ABILITIES))
