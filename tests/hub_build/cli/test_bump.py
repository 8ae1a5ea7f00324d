"""`hub-build bump` with a package registry that the test answers for, and servers that are really started."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from hub_build.bump import newer
from hub_build.upstream import Missing, Release, Upstream
from hub_launch.errors import ExitCode, HubError

MODULE = {
    "path": "hub_launch.servers.registry",
    "entrypoint": "create_server",
    "environmentVariables": [{"name": "HUB_REGISTRY"}],
}


@pytest.fixture
def upstream(monkeypatch):
    """A registry with one version of every package; `None` for one that cannot be reached."""

    def serve(version):
        def release(identifier, wanted):
            if version is None:
                raise HubError("npm cannot tell about it")
            published = datetime.now(UTC) - timedelta(days=30)
            return (
                Release("npm", identifier, version, f"sha512-{'B' * 86}==", published=published)
                if version
                else Missing("no such package")
            )

        kind = Upstream(release, lambda identifier: (version, "1.4.0"), lambda found, folder: None)
        monkeypatch.setattr(newer, "UPSTREAMS", {"npm": kind})

    return serve


@pytest.fixture
def weather(registry, monkeypatch, tmp_path):
    """An entry that follows npm, and whose first alternative is a server of our own, started in its place."""
    monkeypatch.setenv("HUB_CACHE_DIR", str(tmp_path / "cache"))
    # Without a runner the second alternative is started: nothing is asked of a real registry.
    monkeypatch.setattr("hub_launch.plan.context.find_program", lambda program: None)
    return registry.add("weather", update={"from": "npm"}, module=MODULE)


def test_a_newer_version_whose_tools_are_the_same_is_trivial(run, registry, weather, upstream):
    assert run("smoke").code == ExitCode.OK
    before = weather.read_bytes()
    record = (registry.folder / "recorded/weather.json").read_bytes()
    upstream("1.5.0")
    found = run("bump", "--format", "json")
    (bump,) = json.loads(found.out)["bumps"]
    assert (found.code, bump["status"], bump["trivial"], bump["reasons"]) == (ExitCode.OK, "trivial", True, [])
    assert (registry.folder / "versions/weather/1.4.0.yaml").read_bytes() == before
    assert weather.read_bytes().count(b"1.5.0") == 2
    assert json.loads((registry.folder / "recorded/weather.json").read_bytes())["version"] == "1.5.0"
    assert (registry.folder / "recorded/weather/1.4.0.json").read_bytes() == record
    assert run("check").code == ExitCode.OK


def test_without_a_record_of_the_version_before_a_person_decides_and_a_dry_run_writes_nothing(
    run, registry, weather, upstream
):
    before = weather.read_bytes()
    upstream("1.5.0")
    assert "needs a person" in run("bump", "weather", "--dry-run").out
    assert weather.read_bytes() == before
    assert not (registry.folder / "versions").exists()
    assert not (registry.folder / "recorded").exists()


def test_a_version_that_does_not_start_is_held(run, registry, weather, upstream):
    registry.add("weather", update={"from": "npm"}, module={"path": "no_such_module"})
    before = weather.read_bytes()
    upstream("1.5.0")
    found = run("bump")
    assert found.code == ExitCode.OK
    assert "weather: 1.4.0 -> 1.5.0: held back" in found.out
    assert weather.read_bytes() == before


def test_an_earlier_version_that_is_there_is_never_overwritten(run, registry, weather, upstream):
    (registry.folder / "versions/weather").mkdir(parents=True)
    kept = registry.write("versions/weather/1.4.0.yaml", "another")
    before = weather.read_bytes()
    upstream("1.5.0")
    found = run("bump")
    assert "held back" in found.out
    assert "is there already and differs" in found.out
    assert kept.read_text() == "another"
    assert weather.read_bytes() == before


def test_nothing_newer_is_said(run, weather, upstream):
    upstream("1.4.0")
    assert run("bump").out == "1 server: 1 current\n"


def test_when_nothing_could_be_looked_up_it_failed(run, weather, upstream):
    upstream(None)
    found = run("bump")
    assert found.code == ExitCode.FAILED
    assert "npm cannot tell about it" in found.out


def test_entries_that_follow_nobody_are_left_out(run, registry, upstream):
    registry.add()
    assert run("bump").out == "no servers that follow a package\n"


def test_an_unknown_id_is_a_wrong_use(run, weather):
    assert run("bump", "wether").code == ExitCode.USAGE
