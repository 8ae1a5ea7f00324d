import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.index.places import Place
from hub_launch.index.registries import Registries
from hub_launch.index.registry import Registry


@pytest.fixture
def both(publish, entry, tmp_path):
    """Two registries: `work` has its own `time`, and a `git` that is the same document as that of `public`."""

    def make(work=(), public=()):
        folders = {
            "work": publish([entry("time", title="Ours"), entry("git"), *work], "work"),
            "public": publish([entry("time"), entry("git"), entry("fetch"), *public], "public"),
        }
        return Registries([Registry.open(Place(name, str(one)), tmp_path) for name, one in folders.items()])

    return make


def test_an_id_means_the_first_registry_that_has_it(both):
    assert both().resolve("time").address == "work/time"
    assert both().resolve("fetch").address == "public/fetch"


def test_that_another_has_it_too_is_told(both):
    assert both().resolve("time").hidden == ("public/time",)
    assert both().resolve("fetch").hidden == ()


def test_the_same_document_in_both_is_no_question(both):
    assert both().resolve("git").hidden == ()


def test_an_address_means_one_registry_alone(both):
    found = both().resolve("public/time")
    assert (found.row.title, found.hidden) == ("Time", ())
    assert both().resolve("work/time@1.2.3").row.title == "Ours"
    with pytest.raises(HubError, match="No server 'fetch' in the registry"):
        both().resolve("work/fetch")


def test_an_official_name_is_no_address(both):
    assert both().resolve("io.github.somebody/fetch").address == "public/fetch"


def test_another_version_of_a_later_registry_is_not_taken_in_silence(both, entry):
    with pytest.raises(HubError, match="not in the registry in version 9"):
        both(public=[entry("x-only", version="9")]).resolve("time@9")


def test_what_the_first_withdrew_is_not_taken_from_the_next(both, entry):
    with pytest.raises(HubError, match="withdrawn") as caught:
        both(work=[entry("gone", status="withdrawn")], public=[entry("gone")]).resolve("gone")
    assert caught.value.code == ExitCode.REGISTRY


def test_an_unknown_id_gets_a_hint_from_whoever_has_something_like_it(both):
    with pytest.raises(HubError, match="No server 'fetcg'") as caught:
        both().resolve("fetcg")
    assert "did you mean fetch" in caught.value.hint


def test_several_ids_are_resolved_in_their_order_each_once(both):
    found = both().resolve_all(["fetch", "time", "work/time", "public/time", "fetch@1.2.3"])
    assert [one.address for one in found] == ["public/fetch", "work/time", "public/time"]


def test_all_and_found_ones_come_registry_by_registry(both, entry):
    registries = both(public=[entry("gone", status="withdrawn")])
    assert [one.address for one in registries.all()] == [
        "work/git",
        "work/time",
        "public/fetch",
        "public/git",
        "public/time",
    ]
    total, found = registries.search(["time"])
    assert (total, [one.address for one in found]) == (2, ["work/time", "public/time"])
    assert registries.search(["what"], 1)[0] == 5
    assert len(registries.search(["what"], 1)[1]) == 1


def test_of_two_that_share_an_id_the_later_is_shadowed(both):
    registries = both()
    assert [one.address for one in registries.all() if registries.shadowed(one)] == ["public/git", "public/time"]


def test_a_registry_that_cannot_be_read_hides_behind_no_other(settings, publish, entry, tmp_path):
    from hub_launch.index.places import add

    publish([entry("time")], "public")
    add(settings.config_dir, Place("work", str(tmp_path / "nowhere")))
    from dataclasses import replace

    with pytest.raises(HubError, match="nowhere does not exist") as caught:
        Registries.open(replace(settings, registry=""))
    assert caught.value.code == ExitCode.REGISTRY


def test_a_server_that_is_named_with_its_registry_needs_no_other(settings, publish, entry, tmp_path):
    from dataclasses import replace

    from hub_launch.index.places import add

    add(settings.config_dir, Place("team", str(publish([entry("time")], "team"))))
    add(settings.config_dir, Place("work", str(tmp_path / "nowhere")), first=True)
    settings = replace(settings, registry="")
    assert Registries.open(settings, wanted=["team/time"]).resolve("team/time").address == "team/time"
    with pytest.raises(HubError, match="nowhere does not exist"):
        Registries.open(settings, wanted=["team/time", "time"])
