import pytest

from hub_launch.catalog import Recorded
from hub_launch.run.eras import LEGACY
from hub_launch.run.recorded import recorded_offer

SEEN = {
    "id": "demo",
    "version": "1.2.3",
    "outcome": "passed",
    "date": "2026-11-21",
    "protocol_version": "2025-11-25",
    "server_info": {"name": "demo", "version": "1"},
    "capabilities": {"tools": {}},
    "instructions": "Be kind.",
    "tools": [{"name": "add", "inputSchema": {"type": "object"}}],
    "prompts": [{"name": "greet"}],
    "resources": [{"uri": "demo://a", "name": "a"}],
    "resource_templates": [{"uriTemplate": "demo://{x}", "name": "x"}],
}


def seen(**changes):
    return Recorded(**SEEN | changes)


def test_an_offer_has_all_that_was_seen():
    offer = recorded_offer(seen())
    assert [one.name for one in (*offer.tools, *offer.prompts)] == ["add", "greet"]
    assert [one.name for one in (*offer.resources, *offer.templates)] == ["demo://a", "demo://{x}"]
    assert offer.tools[0].words() == SEEN["tools"][0]
    assert offer.instructions == "Be kind."
    assert offer.greeting.server_info == {"name": "demo", "version": "1"}


@pytest.mark.parametrize(("version", "era"), [("2025-11-25", LEGACY), ("2026-07-28", "2026-07-28")])
def test_the_era_is_that_of_the_version_that_was_spoken(version, era):
    assert recorded_offer(seen(protocol_version=version)).greeting.era == era


@pytest.mark.parametrize("missing", ["protocol_version", "tools"])
def test_a_test_that_got_no_list_tells_nothing(missing):
    assert recorded_offer(seen(**{missing: None})) is None


def test_what_no_client_takes_is_left_out_as_it_is_of_a_running_server():
    bad = {"name": "bad name", "inputSchema": {}}
    assert [one.name for one in recorded_offer(seen(tools=[bad, *SEEN["tools"]])).tools] == ["add"]
