import pytest
import yaml

from hub_build.pages.data import profiles

FOLDER = [{"type": "positional", "valueHint": "folder", "isRequired": True, "format": "filepath"}]


@pytest.fixture
def sets(registry):
    """Write a set of two servers, one of which is given a folder."""
    (package,) = registry.document()["packages"]
    registry.add("notes", title="Notes", packages=[package | {"packageArguments": FOLDER}])
    registry.add("weather", title="Weather", permissions={"network": ["api.example.com"], "filesystem": "arguments"})

    def write(*servers, id_="trip", **changes):
        given = servers or ({"id": "notes", "arguments": {"folder": ["."]}}, {"id": "weather"})
        profile = {"id": id_, "title": "Trip", "description": "Plan a trip.", "servers": list(given)} | changes
        registry.write(f"profiles/{id_}.yaml", yaml.safe_dump(profile))

    return write


def test_a_set_says_how_it_is_started_and_what_it_starts(sets, pages):
    sets()
    made = pages(profiles)
    assert set(made) == {"profiles/index.html", "profiles/trip/index.html"}
    assert "hub-launch --profile trip" in made["profiles/index.html"]
    assert "Notes, Weather" in made["profiles/index.html"]
    text = made["profiles/trip/index.html"]
    assert '<a href="../../servers/notes/">Notes</a>' in text
    assert "None of them needs an account." in text


def test_each_server_says_what_it_may_do_and_what_it_is_given(sets, views):
    sets()
    notes, weather = views(profiles)["profiles/trip/index.html"].model.members
    assert (notes.given[0].name, notes.given[0].values) == ("folder", (".",))
    assert (notes.network[1], notes.files[1]) == ("good", "good")
    assert weather.network[0] == "Only the hosts that its page names."
    assert weather.given == ()


def test_a_set_for_the_folder_one_is_in_says_how_to_name_another(sets, views):
    sets()
    sets({"id": "weather"}, id_="outside")
    made = views(profiles)
    assert made["profiles/trip/index.html"].model.elsewhere.startswith("hub-launch --profile trip --set")
    assert "notes.folder=" in made["profiles/trip/index.html"].model.elsewhere
    assert made["profiles/outside/index.html"].model.elsewhere == ""


def test_who_cannot_start_without_an_account_is_named(sets, registry, pages):
    (package,) = registry.document()["packages"]
    key = {"name": "KEY", "isRequired": True, "isSecret": True}
    registry.add("maps", title="Maps", packages=[package | {"environmentVariables": [key]}])
    sets({"id": "maps"}, {"id": "weather"})
    assert "Maps cannot start without credentials." in pages(profiles)["profiles/trip/index.html"]


def test_a_server_that_is_gone_is_marked(sets, registry, pages):
    registry.add("weather", title="Weather", status="withdrawn")
    sets()
    assert "hub-chip--bad" in pages(profiles)["profiles/trip/index.html"]


def test_a_registry_without_sets_has_no_such_pages(registry, pages):
    registry.add()
    assert pages(profiles) == {}
