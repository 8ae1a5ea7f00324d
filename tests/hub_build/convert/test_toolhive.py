import pytest
from tests.hub_build.convert.contract import is_entry

from hub_build.convert import FORMATS, Kind
from hub_launch.catalog import Entry


def test_every_server_is_an_entry(toolhive_imported):
    assert len(toolhive_imported) == 102
    assert all(one.document and is_entry(one.document) for one in toolhive_imported)


@pytest.mark.parametrize(
    ("part", "case", "name", "keys"),
    [
        ("servers", "image_to_server/{}_github.json", "github", {"packages"}),
        ("remote_servers", "remote_to_server/{}_example.json", "example-remote", {"remotes"}),
    ],
)
def test_the_mapping_is_that_of_toolhive_s_own_converter(part, case, name, keys, toolhive_fixture, convert):
    given, expected = toolhive_fixture(case.format("input")), toolhive_fixture(case.format("expected"))
    (one,) = convert({part: {name: given}}, "toolhive")
    server, _ = FORMATS["server.json"].write([Entry.model_validate(one.document)])
    for key in {"$schema", "name", "title", "description", "repository"} | keys:
        assert server[key] == expected[key]


@pytest.mark.parametrize(
    ("case", "part"),
    [("server_to_image/{}_github.json", "servers"), ("server_to_remote/{}_example.json", "remote_servers")],
)
def test_and_the_way_back(case, part, toolhive_fixture, convert):
    given, expected = toolhive_fixture(case.format("input")), toolhive_fixture(case.format("expected"))
    (one,) = convert(given, "server.json")
    document, _ = FORMATS["toolhive"].write([Entry.model_validate(one.document)])
    (written,) = document[part].values()
    for key in ("name", "title", "description", "transport", "repository_url", "image", "url"):
        assert written.get(key) == expected.get(key)
    for key in ("env_vars", "headers"):
        if key in written:
            assert written[key] == [{k: v for k, v in one.items() if v is not False} for one in expected[key]]


def test_what_is_exported_comes_back_the_same(toolhive_imported, convert):
    entries = [Entry.model_validate(one.document) for one in toolhive_imported]
    document, _ = FORMATS["toolhive"].write(entries)
    again = {one.text("name"): one.document for one in convert(document, "toolhive")}
    for one in toolhive_imported:
        there = again[one.text("name")]
        for key in ("title", "description", "repository", "tags", "remotes", "permissions", "status"):
            assert there.get(key) == one.document.get(key), one.source
        assert [variables(each) for each in there.get("packages", ())] == [
            variables(each) for each in one.document.get("packages", ())
        ]


def variables(package):
    return package["identifier"], package.get("packageArguments"), package.get("environmentVariables")


def test_an_entry_that_is_neither_image_nor_remote_is_reported(document):
    _, notes = FORMATS["toolhive"].write([Entry.model_validate(document())])
    assert [(note.kind, note.field) for note in notes] == [(Kind.REFUSED, "weather")]


@pytest.mark.parametrize("part", ["servers", "remote_servers"])
@pytest.mark.parametrize(
    "value", [None, 5, "x", [], True, {}, {"image": [], "url": {}}, {"permissions": 5, "image": "a"}]
)
def test_wrong_types_are_notes(part, value, convert):
    (one,) = convert({part: {"x": value}}, "toolhive")
    assert not is_entry(one.document or {})
    assert one.notes
