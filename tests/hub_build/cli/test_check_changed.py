"""`check` and `changed` on a branch, and the files they write for a workflow."""

import json
import subprocess
import sys

import pytest

from hub_launch.errors import ExitCode


@pytest.fixture
def checkout(make_checkout, registry):
    registry.add("weather")
    return make_checkout()


def test_only_what_changed_is_judged_and_each_server_has_a_verdict(run, registry, checkout):
    registry.add("clock", maintainers=["me"])
    registry.add("map", title=...)
    registry.add("tides", maintainers=["somebody"])
    ended = run("check", "--changed", "--author", "me")
    assert ended.code == ExitCode.FAILED
    assert ended.out.splitlines()[-3:] == ["OK     clock (new)", "FAIL   map (new)", "REVIEW tides (new)"]


def test_a_review_is_no_failure(run, registry, checkout):
    registry.add("clock")
    ended = run("check", "--changed", "--base", "main", "--author", "stranger", "--format", "json")
    report = json.loads(ended.out)
    assert ended.code == 0
    assert report["verdict"] == "REVIEW"
    assert report["entries"] == [
        {"id": "clock", "file": "registry/servers/clock.yaml", "verdict": "REVIEW", "change": "new"}
    ]
    assert report["labels"] == ["verdict-review", "entry-new"]


def test_what_a_removed_entry_breaks_elsewhere_is_found(run, registry, checkout):
    registry.write("lists.yaml", "aliases: {wx: weather}\n")
    checkout.git("switch", "--quiet", "main")
    checkout.commit()
    registry.add("clock")
    (registry.folder / "servers/weather.yaml").unlink()
    assert "registry/lists.yaml:1:15: FAIL" in run("check", "--changed").out


def test_the_summary_and_the_labels_are_written_beside_the_annotations(run, registry, checkout, tmp_path):
    registry.add("weather", title="Rain")
    (tmp_path / "summary.md").write_text("before\n")
    words = ["--summary", "summary.md", "--labels", "labels", "--link", "https://example.com/blob/abc"]
    ended = run("check", "--changed", "--format", "github", *words)
    assert ended.out == "1 file checked, all good\n"
    assert (tmp_path / "labels").read_text() == "verdict-ok\nentry-changed\n"
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith("before\n## ✅ OK\n")
    assert "https://example.com/blob/abc/registry/servers/weather.yaml" in summary


def test_a_branch_that_changes_nothing_is_fine(run, checkout):
    ended = run("check", "--changed")
    assert ended.out == "no entries found\n"
    assert "nothing of the registry differs from the base" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ["--changed", "registry/servers/weather.yaml"],
        ["--base", "main"],
        ["--author", "me"],
        ["--record"],
    ],
    ids=" ".join,
)
def test_options_that_contradict_each_other_are_wrong_use(run, checkout, words):
    assert run("check", *words).code == ExitCode.USAGE


def test_the_servers_of_a_branch_are_listed_for_a_matrix(run, registry, checkout):
    registry.add("clock")
    registry.write("servers/broken.yaml", "a: [")
    (registry.folder / "servers/weather.yaml").unlink()
    assert json.loads(run("changed", "--format", "json").out) == ["clock"]
    assert run("changed").out == "clock\n"


def test_checking_without_the_network_loads_no_mcp_library():
    loaded = "[name for name in sys.modules if name.partition('.')[0] in ('fastmcp', 'mcp')]"
    program = f"import sys, hub_build.cli.main\nprint({loaded})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
