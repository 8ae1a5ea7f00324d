"""Sets of servers that the registry has put together."""

import io

import pytest

from hub_launch.cli.profile import with_profile
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.places import Place
from hub_launch.index.registries import Registries
from hub_launch.index.registry import Registry

WORK = {
    "id": "work",
    "title": "Work",
    "description": "What one does at work.",
    "servers": [{"id": "git", "arguments": {"folder": ["."], "depth": ["1"]}}, {"id": "time"}],
}


@pytest.fixture
def said():
    """What the user is told."""
    return io.StringIO()


@pytest.fixture
def wanted(publish, entry, settings, said, tmp_path, monkeypatch):
    """What a profile means, in a folder of its own."""
    publish([entry("git"), entry("time"), entry("fetch")], profiles=[WORK])
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(io.StringIO(), said, interactive=False)
    return lambda name="work", ids=(), given=None: with_profile(name, ids, given or {}, settings, terminal)


def test_its_servers_come_first_and_others_may_be_named_beside_it(wanted):
    assert wanted(ids=["fetch"]).ids == ("git", "time", "fetch")


def test_what_the_user_says_of_a_parameter_counts_before_what_the_profile_says(wanted):
    given = wanted(given={"git": {"folder": ["/mine"]}, "time": {"zone": ["UTC"]}}).given
    assert given == {"git": {"folder": ["/mine"], "depth": ("1",)}, "time": {"zone": ["UTC"]}}


def test_a_profile_that_is_not_there_is_told_with_those_that_are(wanted):
    with pytest.raises(HubError, match="No profile 'wrok' in the registry") as caught:
        wanted("wrok")
    assert (caught.value.hint, caught.value.code) == ("did you mean work? there are work", ExitCode.USAGE)


def test_of_several_registries_the_first_that_has_the_profile_is_meant(publish, entry, settings):
    folders = {
        "first": publish([entry("git", title="Another")], "first"),
        "second": publish([entry("git"), entry("time")], "second", [WORK]),
        "third": publish([entry("git")], "third", [WORK | {"title": "Other work"}]),
    }
    opened = [Registry.open(Place(name, str(one)), settings.cache_dir) for name, one in folders.items()]
    registry, profile = Registries(opened).profile("work")
    assert (registry.name, profile.title) == ("second", "Work")


def test_of_several_registries_the_profiles_own_servers_are_started(wanted, monkeypatch, publish, entry, settings):
    places = [Place("other", str(publish([entry("git")], "other"))), Place("ours", settings.registry)]
    monkeypatch.setattr("hub_launch.index.registries.places", lambda _: places)
    assert wanted(ids=["time"]).ids == ("ours/git", "ours/time", "time")


def test_a_profile_of_that_name_in_hub_yaml_is_another_and_is_named(wanted, tmp_path, said):
    (tmp_path / "hub.yaml").write_text("servers: {time: {}}\nprofiles: {work: [time]}\n")
    assert wanted().ids == ("git", "time")
    assert "hub.yaml has a profile work too; `hub-launch run --profile work` starts that one" in said.getvalue()


def test_run_says_that_the_registry_s_profiles_are_started_without_it(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hub.yaml").write_text("servers: {time: {}}\n")
    ran = cli("run", "--profile", "developer")
    assert ran.code == ExitCode.USAGE
    assert "`hub-launch --profile developer`" in ran.err


def test_a_command_line_with_an_unknown_profile_starts_nothing(cli, publish, entry):
    publish([entry("time")], profiles=[WORK | {"servers": [{"id": "time"}]}])
    ran = cli("--profile", "play")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "there are work" in ran.err
