import json

import pytest

from hub_build.checks import Check
from hub_build.findings import Verdict
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.registry import Registry
from hub_launch.settings import Settings


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_site_is_written_beside_the_registry(run, registry, tmp_path):
    registry.add("weather")
    ended = run("site")
    assert ended.code == 0
    assert ended.out == "site: 1 server in 18 files; 18 written, 0 removed\n"
    assert json.loads((tmp_path / "site/index.json").read_bytes())["count"] == 1


def test_two_runs_write_the_same_bytes(run, registry, tmp_path):
    registry.add("weather")
    registry.add("clock")
    run("site", "-o", "one")
    run("site", "-o", "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_finding_keeps_the_old_site(run, registry, tmp_path):
    registry.add("weather")
    run("site")
    before = (tmp_path / "site/index.json").read_bytes()
    registry.add("clock", title=...)
    ended = run("site")
    assert ended.code == ExitCode.FAILED
    assert "`title` is missing" in ended.out
    assert ended.err == "nothing was written\n"
    assert (tmp_path / "site/index.json").read_bytes() == before


def test_a_file_that_cannot_be_read_keeps_the_old_site(run, registry, tmp_path):
    registry.write("servers/broken.yaml", "a: [")
    assert run("site").code == ExitCode.FAILED
    assert not (tmp_path / "site").exists()


def test_checking_tells_what_is_not_current_and_writes_nothing(run, registry, tmp_path):
    registry.add("weather")
    ended = run("site", "--check")
    assert ended.code == ExitCode.FAILED
    assert "differs: index.json" in ended.out
    assert not (tmp_path / "site").exists()
    run("site")
    assert run("site", "--check").code == 0
    registry.add("clock")
    assert "differs: v0/servers/clock" in run("site", "--check").out


def test_a_removed_entry_is_removed(run, registry, tmp_path):
    registry.add("weather")
    path = registry.add("clock")
    run("site")
    path.unlink()
    assert "stale: v0/servers/clock" in run("site", "--check").out
    run("site")
    assert not (tmp_path / "site/v0/servers/clock").exists()
    assert not (tmp_path / "site/entries/clock").exists()


def test_an_empty_registry_is_never_published(run, registry, tmp_path):
    ended = run("site")
    assert ended.code == ExitCode.REGISTRY
    assert "no entries" in ended.err
    assert not (tmp_path / "site").exists()


def test_the_registry_has_a_title(run, registry, tmp_path):
    registry.add("weather")
    run("site", "--title", "Ours")
    assert json.loads((tmp_path / "site/index.json").read_bytes())["title"] == "Ours"


def test_what_a_person_must_look_at_is_shown_and_published(run, registry, tmp_path, monkeypatch):
    registry.add("weather")

    def doubtful(source):
        yield source.loaded.finding(("name",), "doubt", "is this theirs?", severity=Verdict.REVIEW)

    monkeypatch.setattr("hub_build.checks.CHECKS", (Check("doubt", entry=doubtful),))
    ended = run("site")
    assert ended.code == 0
    assert "weather.yaml:2:7: REVIEW is this theirs? [doubt]" in ended.out
    assert (tmp_path / "site/index.json").exists()


def test_the_launcher_finds_an_earlier_version(run, registry, tmp_path):
    registry.add("weather")
    registry.add_version("weather", "1.3.0")
    run("site")
    opened = Registry.open(Settings.load({"HUB_REGISTRY": str(tmp_path / "site")}))
    assert opened.entry(opened.resolve("weather@1.3.0")).version == "1.3.0"
    with pytest.raises(HubError, match=r"it has 1\.4\.0, 1\.3\.0"):
        opened.resolve("weather@1.0.0")
