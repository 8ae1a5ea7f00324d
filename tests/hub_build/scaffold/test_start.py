import pytest

from hub_build.scaffold.draft import Draft
from hub_build.scaffold.packages import from_npm, from_pypi
from hub_build.scaffold.start import trial_of, tried
from hub_build.scaffold.trial import NOT_TRIED
from hub_launch.catalog import Recorded
from hub_launch.guard.sandbox import bwrap

# Nothing is started where it cannot be shut in.
shut_in = pytest.mark.skipif(bool(bwrap.missing()), reason=bwrap.missing())
COMMON = {"id": "weather", "version": "1.0.0", "date": "2026-11-21"}


def test_nothing_is_started_if_nobody_wants_it():
    assert tried(start=False)(Draft({"id": "weather"})) is NOT_TRIED


@pytest.mark.skipif(not bwrap.missing(), reason="there is a sandbox here")
def test_without_a_sandbox_nothing_is_started():
    assert "bubblewrap" in tried(start=True)(Draft({"id": "weather"})).failed


@shut_in
def test_what_is_no_entry_is_not_started():
    assert "no entry" in tried(start=True)(Draft({"id": "weather"})).failed


def test_a_tool_that_reads_and_needs_nothing_is_simple():
    tools = [
        {"name": "list_places", "inputSchema": {"type": "object"}},
        {"name": "get_forecast", "inputSchema": {"type": "object", "required": ["place"]}},
        {"name": "delete_all", "inputSchema": {"type": "object"}},
        {"name": "get_and_forget", "inputSchema": {}, "annotations": {"readOnlyHint": False}},
        {"name": "forecast", "inputSchema": {}, "annotations": {"readOnlyHint": True}},
    ]
    trial = trial_of(Recorded(**COMMON, outcome="passed", tools=tools))
    assert [tool.name for tool in trial.tools if tool.simple] == ["list_places", "forecast"]
    assert not trial.failed


def test_a_start_that_failed_says_why_and_is_safe_to_print():
    assert trial_of(Recorded(**COMMON, outcome="failed", reason="it ended\x1b[31m")).failed == "it ended\\x1b[31m"
    assert "API_KEY" in trial_of(Recorded(**COMMON, outcome="needs", needs=["API_KEY"])).failed


@shut_in
@pytest.mark.e2e
def test_real_servers_are_started_in_a_sandbox_and_seen(request_):
    request = request_(trial=tried(start=True))

    memory = from_npm("@modelcontextprotocol/server-memory", request).document
    time = from_pypi("mcp-server-time", request).document

    assert memory["smoke"]["calls"] == [{"tool": "read_graph"}]
    (zone,) = time["packages"][0]["packageArguments"]
    assert (zone["name"], zone["description"]) == ("--local-timezone", "Override local timezone")
