import json

import pytest

from hub_launch.errors import ExitCode


@pytest.fixture
def broken(registry):
    registry.add("weather")
    registry.add("clock", licence="MIT", license=..., version=1.5)
    return registry


def test_a_good_registry_passes(run, registry):
    registry.add("weather")
    ended = run("check")
    assert (ended.code, ended.out) == (0, "1 file checked, all good\n")


def test_findings_are_reported_with_place_hint_and_sum(run, broken):
    ended = run("check")
    assert ended.code == ExitCode.FAILED
    assert ended.out.splitlines() == [
        "registry/servers/clock.yaml:5:10: FAIL `version`: 1.5 is a number, not text [wrong-type]",
        '    quote it: "1.5"',
        "registry/servers/clock.yaml:21:1: FAIL unknown key `licence` [unknown-key]",
        "    did you mean `license`?",
        "",
        "2 findings in 1 file (2 files checked): 2 FAIL",
    ]


def test_json_has_every_finding_and_the_verdict(run, broken):
    ended = run("check", "--format", "json")
    report = json.loads(ended.out)
    assert ended.code == ExitCode.FAILED
    assert (report["verdict"], report["files"]) == ("FAIL", 2)
    assert report["findings"][1] == {
        "file": "registry/servers/clock.yaml",
        "line": 21,
        "column": 1,
        "pointer": "/licence",
        "severity": "FAIL",
        "rule": "unknown-key",
        "message": "unknown key `licence`",
        "hint": "did you mean `license`?",
    }


def test_json_of_a_good_registry_is_ok(run, registry):
    registry.add("weather")
    assert json.loads(run("check", "--format", "json").out) == {
        "verdict": "OK",
        "files": 1,
        "entries": [{"id": "weather", "file": "registry/servers/weather.yaml", "verdict": "OK"}],
        "findings": [],
        "labels": ["verdict-ok"],
    }


def test_github_annotations_name_file_and_line(run, broken):
    first = run("check", "--format", "github").out.splitlines()[0]
    assert first == (
        "::error file=registry/servers/clock.yaml,line=5,title=wrong-type,col=10::"
        '`version`: 1.5 is a number, not text%0Aquote it: "1.5"'
    )


def test_nothing_in_a_file_becomes_a_command_to_github(run, registry):
    registry.add("weather", **{"a\n::error file=x::y": 1, "50%": 1})
    lines = run("check", "--format", "github").out.splitlines()
    assert len([line for line in lines if line.startswith("::")]) == 2
    assert any("a\\n::error file=x::y" in line for line in lines)
    assert any("`50%25`" in line for line in lines)


def test_names_of_files_are_escaped_for_github(run, registry):
    registry.add("weather").rename(registry.folder / "servers" / "a,b:c%.yaml")
    (annotation, _) = run("check", "--format", "github").out.splitlines()
    assert annotation.startswith("::error file=registry/servers/a%2Cb%3Ac%25.yaml,line=1,")


def test_one_file_is_checked_against_the_registry(run, broken):
    ended = run("check", "registry/servers/weather.yaml")
    assert (ended.code, ended.out) == (0, "1 file checked, all good\n")
    broken.add("wea-ther")
    ended = run("check", "registry/servers/weather.yaml")
    assert ended.code == ExitCode.FAILED
    assert "differs from `wea-ther` by case" in ended.out
    assert "clock" not in ended.out


def test_a_folder_is_all_the_entries_in_it(run, broken):
    assert "(2 files checked)" in run("check", "registry/servers").out
    assert "(2 files checked)" in run("check", "registry").out


def test_a_spec_can_be_checked_by_its_path(run, registry):
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {}\n")
    registry.add("weather", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    ended = run("check", "registry/openapi/api.yaml")
    assert ended.out.splitlines()[0].startswith("registry/openapi/api.yaml:2:8: FAIL `paths` has no path")


def test_a_draft_can_be_checked_where_there_is_no_registry(run, registry, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    draft = registry.add("weather").rename(tmp_path / "elsewhere" / "weather.yaml")
    registry.folder.rename(tmp_path / "gone")
    monkeypatch.chdir(draft.parent)
    assert run("check", "weather.yaml").out == "1 file checked, all good\n"


def test_the_registry_is_found_from_below(run, registry, monkeypatch):
    registry.add("weather")
    monkeypatch.chdir(registry.folder / "servers")
    assert run("check").code == 0


def test_the_registry_can_be_named(run, registry, monkeypatch):
    registry.add("weather")
    monkeypatch.chdir("/")
    assert run("check", "--registry", str(registry.folder)).code == 0


def test_without_a_registry_there_is_nothing_to_check(run, registry, monkeypatch):
    registry.folder.rename(registry.folder.with_name("other"))
    ended = run("check")
    assert ended.code == ExitCode.REGISTRY
    assert "--registry DIR" in ended.err


def test_a_path_that_is_not_there_is_wrong_use(run, registry):
    ended = run("check", "registry/servers/wether.yaml")
    assert ended.code == ExitCode.USAGE
    assert "there is no file registry/servers/wether.yaml" in ended.err
    registry.add("weather")
    assert "did you mean weather.yaml?" in run("check", "registry/servers/wether.yaml").err


def test_an_empty_registry_says_so(run, registry):
    assert run("check").out == "no entries found\n"


def test_there_are_no_colours_unless_on_a_terminal_that_wants_them(run, broken, monkeypatch):
    assert "\x1b" not in run("check").out
    monkeypatch.setattr("hub_build.cli.report.sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31mFAIL" in run("check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("check").out
