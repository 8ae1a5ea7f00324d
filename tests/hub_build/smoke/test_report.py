"""The same tests for people, scripts, GitHub and pull requests."""

import json

import pytest

from hub_build.smoke.report import FORMATS, findings_of
from hub_build.smoke.run import Smoked
from hub_launch.catalog import Recorded
from hub_launch.judge.findings import Verdict

FILES = {"time": "registry/servers/time.yaml", "web": "registry/servers/web.yaml"}


def record(id_="time", **changes):
    usual = {"id": id_, "version": "1.0", "outcome": "passed", "date": "2026-11-21"}
    return Recorded.model_validate(usual | changes)


def tool(name, **rest):
    return {"name": name, "inputSchema": {}} | rest


PASSED = Smoked(
    record(tools=[tool("now", description="New.")], startSeconds=0.51, tier="bwrap"),
    record(tools=[tool("now"), tool("old")]),
)
FAILED = Smoked(record("web", outcome="failed", reason="exited with code 1: | \x1b[2J <b>"))
REMOTE = Smoked(record("far", outcome="unreachable", reason="no such host"))


def test_text_says_what_a_person_should_look_at():
    assert FORMATS["text"]([PASSED, FAILED], FILES).splitlines() == [
        "time: passed, 1 tool, 0.5 s, sandbox bwrap",
        "    tool - old",
        "    tool ~ now (description)",
        "web: failed",
        r"    exited with code 1: | \x1b[2J <b>",
        "",
        "2 servers: 1 passed, 1 failed",
    ]


def test_json_has_every_record_and_what_became_of_the_tools():
    report = json.loads(FORMATS["json"]([PASSED, FAILED], FILES))
    assert report["outcomes"] == {"passed": 1, "failed": 1}
    assert report["tests"][0]["file"] == FILES["time"]
    assert report["tests"][0]["changes"] == {"added": [], "removed": ["old"], "changed": {"now": ["description"]}}
    assert report["tests"][1]["recorded"]["outcome"] == "failed"


def test_github_gets_an_error_for_a_failure_and_a_warning_for_what_a_person_decides():
    lines = FORMATS["github"]([PASSED, FAILED], FILES).splitlines()
    assert lines[0] == "::warning file=registry/servers/time.yaml,line=1,title=smoke::tool - old"
    assert lines[2].startswith("::error file=registry/servers/web.yaml,line=1,title=smoke::smoke test: failed: exited")


def test_markdown_of_strangers_is_no_markup():
    report = FORMATS["markdown"]([FAILED], FILES)
    assert "| web | ` failed ` |" in report
    assert r"- **web**: ` exited with code 1: | \x1b[2J <b> `" in report


def test_a_server_that_cannot_be_reached_is_for_a_person_to_decide():
    (finding,) = findings_of([REMOTE], {})
    assert finding.severity is Verdict.REVIEW


@pytest.mark.parametrize("name", FORMATS)
def test_no_tests_are_said_to_be_none(name):
    assert FORMATS[name]([], {})


def test_changes_are_told_only_of_what_was_listed_both_times():
    assert not Smoked(record(tools=[tool("a")]), record()).changes
    assert not Smoked(record(tools=[tool("a")])).changes
