"""What is written down of a session."""

from datetime import date

import pytest

from hub_build.smoke.planning import Planned
from hub_build.smoke.record import not_started, recorded_of
from hub_build.smoke.session import Seen
from hub_launch.catalog import Entry, tools_digest
from hub_launch.catalog.recorded import RecordedCall, Started
from hub_launch.plan import HttpLaunch, StdioLaunch
from hub_launch.run.messages import raw
from hub_launch.run.offer import Definition, Greeting, Offer

TODAY = date(2026, 11, 21)
SCHEMA = {"type": "object", "properties": {"x": {"default": None}}}


def tool(name, **rest):
    return Definition(name, raw({"name": name, "inputSchema": SCHEMA} | rest))


@pytest.fixture
def recorded(document):
    def make(offer=None, *, needs=(), calls=(), reason="", remote=False, paths=None, cut_off=False):
        local = StdioLaunch("weather", "Weather", "npm", ("/x",))
        launch = HttpLaunch("weather", "Weather", "remote", "sse", "https://a.example") if remote else local
        planned = Planned(launch, Started(kind="npm", identifier="w", version="1.4.0"), needs)
        seen = Seen(offer, 0.12345, calls, reason, cut_off)
        return recorded_of(Entry.model_validate(document()), planned, seen, "bwrap", TODAY, paths or {})

    return make


def test_definitions_are_what_the_server_said_sorted(recorded):
    found = recorded(Offer(tools=(tool("b"), tool("a", description="A."))))
    assert found.tools == (
        {"name": "a", "description": "A.", "inputSchema": SCHEMA},
        {"name": "b", "inputSchema": SCHEMA},
    )
    assert found.tools_sha256 == tools_digest(found.tools)
    assert (found.outcome, found.date, found.start_seconds, found.tier) == ("passed", "2026-11-21", 0.12, "bwrap")


def test_a_call_that_failed_fails_the_test_and_says_which(recorded):
    calls = (RecordedCall(tool="a", passed=True), RecordedCall(tool="b", passed=False, reason="no answer"))
    found = recorded(Offer(), calls=calls)
    assert (found.outcome, found.reason, found.calls) == ("failed", "b: no answer", calls)


def test_a_server_that_did_not_start_failed_and_a_remote_was_not_reached(recorded):
    assert recorded(reason="exited with code 1").outcome == "failed"
    assert recorded(reason="no such host", remote=True).outcome == "unreachable"
    assert recorded(reason="exited with code 1", cut_off=True).outcome == "unreachable"
    assert recorded(reason="exited with code 1").tools is None


def test_a_server_that_wants_credentials_says_which_and_keeps_what_it_lists(recorded):
    found = recorded(Offer(tools=(tool("a"),)), needs=("TOKEN",))
    assert (found.outcome, found.needs, found.reason) == ("needs", ("TOKEN",), None)
    assert found.tools is not None


def test_a_server_that_does_not_start_without_credentials_says_so_in_its_own_words(recorded):
    found = recorded(needs=("TOKEN",), reason="exited with code 1: TOKEN is not set")
    assert (found.outcome, found.needs, found.tools) == ("needs", ("TOKEN",), None)
    assert found.reason == "exited with code 1: TOKEN is not set"


def test_folders_of_this_machine_have_neutral_names(recorded):
    paths = {"/tmp/run/work/x": "/work", "/tmp/run": "/smoke"}
    found = recorded(
        Offer(greeting=Greeting("legacy", "2025-11-25", raw({}), instructions="In /tmp/run/work/x, not /tmp/run/y.")),
        paths=paths,
    )
    assert found.instructions == "In /work, not /smoke/y."


def test_texts_to_look_at_are_flagged(recorded):
    found = recorded(Offer(tools=(tool("a", description="a\u200bb"),)))
    assert [(flag.where, flag.rule) for flag in found.flags] == [("tools/a/description", "hidden-character")]


def test_what_was_not_started_says_why(document):
    entry = Entry.model_validate(document())
    found = not_started(entry, "needs", TODAY, needs=["TOKEN"])
    assert (found.outcome, found.needs, found.started, found.version) == ("needs", ("TOKEN",), None, "1.4.0")
