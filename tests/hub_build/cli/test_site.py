import json

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.index.places import Place
from hub_launch.index.registry import Registry
from hub_launch.judge.checks import Check
from hub_launch.judge.findings import Verdict


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_site_is_written_beside_the_registry(run, registry, tmp_path):
    registry.add("weather")
    ended = run("site")
    assert ended.code == 0
    assert ended.out == "site: 1 server in 33 files; 33 written, 0 removed\n"
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
    run("site", "--allow-shrink")
    assert not (tmp_path / "site/v0/servers/clock").exists()
    assert not (tmp_path / "site/entries/clock").exists()


def test_an_empty_registry_is_never_published(run, registry, tmp_path):
    ended = run("site")
    assert ended.code == ExitCode.REGISTRY
    assert "no entries" in ended.err
    assert not (tmp_path / "site").exists()


def test_a_registry_that_shrank_is_published_only_if_that_is_meant(run, registry, tmp_path):
    paths = [registry.add(f"server-{number}") for number in range(41)]
    run("site")
    paths[0].unlink()
    paths[1].unlink()
    assert run("site").code == 0
    for path in paths[2:4]:
        path.unlink()
    paths[4].unlink()
    ended = run("site")
    assert ended.code == ExitCode.FAILED
    assert "site has 39 servers and would have 36; gone: server-2, server-3, server-4" in ended.err
    assert "--allow-shrink" in ended.err
    assert json.loads((tmp_path / "site/index.json").read_bytes())["count"] == 39
    assert run("site", "--allow-shrink").code == 0
    assert json.loads((tmp_path / "site/index.json").read_bytes())["count"] == 36


def test_a_site_whose_index_cannot_be_read_is_not_replaced_unasked(run, registry, tmp_path):
    registry.add("weather")
    run("site")
    (tmp_path / "site/index.json").write_text('{"servers": 7}')
    ended = run("site")
    assert ended.code == ExitCode.FAILED
    assert "index.json cannot be read" in ended.err
    assert run("site", "--allow-shrink").code == 0


def test_the_site_may_know_its_address(run, registry, tmp_path):
    registry.add("weather")
    run("site", "--base-url", "https://example.com/mcp")
    assert b"<loc>https://example.com/mcp/v0.1/servers/weather</loc>" in (tmp_path / "site/sitemap.xml").read_bytes()


@pytest.mark.parametrize("url", ["example.com", "ftp://example.com", "https://example.com/?a=b", "https://a b/"])
def test_what_is_no_address_of_a_site_is_refused(run, registry, url):
    registry.add("weather")
    ended = run("site", "--base-url", url)
    assert ended.code == ExitCode.USAGE
    assert "is not the address of a site" in ended.err


def test_copies_are_made_for_hosts_that_want_them_and_kept_current(run, registry, tmp_path):
    registry.add("weather")
    run("site", "--compress")
    assert (tmp_path / "site/openapi.yaml.br").exists()
    assert run("site", "--check", "--compress").code == 0
    assert "stale: openapi.yaml.br" in run("site", "--check").out
    run("site")
    assert not (tmp_path / "site/openapi.yaml.br").exists()


def test_the_registry_has_a_title(run, registry, tmp_path):
    registry.add("weather")
    run("site", "--title", "Ours")
    assert json.loads((tmp_path / "site/index.json").read_bytes())["title"] == "Ours"


def test_what_a_person_must_look_at_is_shown_and_published(run, registry, tmp_path, monkeypatch):
    registry.add("weather")

    def doubtful(source):
        yield source.loaded.finding(("name",), "doubt", "is this theirs?", severity=Verdict.REVIEW)

    monkeypatch.setattr("hub_launch.judge.checks.CHECKS", (Check("doubt", entry=doubtful),))
    ended = run("site")
    assert ended.code == 0
    assert "weather.yaml:2:7: REVIEW is this theirs? [doubt]" in ended.out
    assert (tmp_path / "site/index.json").exists()


def test_the_launcher_finds_an_earlier_version(run, registry, tmp_path):
    registry.add("weather")
    registry.add_version("weather", "1.3.0")
    run("site")
    opened = Registry.open(Place("", str(tmp_path / "site")), tmp_path / "cache")
    assert opened.entry(opened.resolve("weather@1.3.0")).version == "1.3.0"
    with pytest.raises(HubError, match=r"it has 1\.4\.0, 1\.3\.0"):
        opened.resolve("weather@1.0.0")
