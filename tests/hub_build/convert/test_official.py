import re

import jsonschema
import pytest
from tests.hub_build.convert.contract import is_entry

from hub_build.convert import FORMATS, Ids, Kind, imported, official
from hub_launch.catalog import Entry, to_server
from hub_launch.catalog.document import OFFICIAL_SCHEMA

REMOTE = {
    "name": "com.example/x",
    "title": "X",
    "description": "X.",
    "version": "1.0.0",
    "remotes": [{"type": "sse", "url": "https://example.com/sse"}],
}


def versions(document):
    return [(one["server"]["name"], one["server"]["version"]) for one in document["servers"]]


def test_every_version_is_an_entry_or_says_why_not(official_list, official_imported):
    entries = [one for one in official_imported if one.document and is_entry(one.document)]
    incomplete = [one for one in official_imported if one.document and not is_entry(one.document)]
    refused = [one for one in official_imported if not one.document]
    assert len(official_imported) == len(official_list["servers"]) == 1286
    assert {note.field for one in incomplete for note in one.notes if note.kind is Kind.MISSING} == {"packages"}
    assert all(one.refusals for one in refused)
    assert (len(entries), len(incomplete), len(refused)) == (1236, 34, 16)


def test_one_version_of_each_name_is_the_newest(official_list, official_imported):
    names = {name for name, _ in versions(official_list)}
    assert sum(one.newest for one in official_imported) == len(names) == 548


def test_ids_are_unique_and_shared_by_the_versions_of_a_name(official_imported):
    ids = {}
    for one in official_imported:
        if one.document:
            assert ids.setdefault(one.source, one.text("id")) == one.text("id")
    assert len(set(ids.values())) == len(ids)


def originals_of(official_list):
    return {key: one["server"] for key, one in zip(versions(official_list), official_list["servers"], strict=True)}


def test_nothing_is_lost_on_the_way_there_and_back_but_what_a_note_names(missing, official_list, official_imported):
    originals = originals_of(official_list)
    whole = 0
    for one in filter(lambda one: one.document and is_entry(one.document), official_imported):
        original = originals[one.text("name"), one.text("version")] | {"$schema": OFFICIAL_SCHEMA}
        exported, _ = FORMATS["server.json"].write([Entry.model_validate(one.document)])
        told = {note.field for note in one.notes if note.kind in (Kind.LOST, Kind.GUESSED)}
        for path in [*missing(original, exported), *missing(exported, original)]:
            assert any(path == field or path.startswith(field + ".") for field in told), (one.source, path, told)
        whole += not [*missing(original, exported)]
    # The others have an empty `repository` or `_meta`, or a name on an argument that nobody is asked for.
    assert whole == 1115


def test_what_is_valid_officially_is_refused_for_two_reasons_alone(official_list, official_imported, official_schema):
    validator = jsonschema.Draft7Validator(official_schema)
    valid = {key for key, server in originals_of(official_list).items() if validator.is_valid(server)}
    assert len(valid) == 1156
    refused = [one for one in official_imported if not one.document and (one.source, one.version) in valid]
    fields = {re.sub(r"\d+", "N", note.field) for one in refused for note in one.refusals}
    # A template that nobody filled in, and variables with a hyphen, which shells cannot set.
    assert fields == {"version", "packages.N.environmentVariables.N.name"}
    assert len(refused) == 9


def test_the_exported_list_is_valid(official_imported, official_schema):
    newest = [one.document for one in official_imported if one.newest and is_entry(one.document or {})]
    entries = [Entry.model_validate(one) for one in newest]
    document, _ = FORMATS["list"].write(entries)
    validator = jsonschema.Draft7Validator(official_schema)
    assert document["metadata"]["count"] == len(entries) == 525
    assert all(validator.is_valid(one["server"]) for one in document["servers"])
    assert all(one["_meta"][official.REGISTRY_META]["isLatest"] for one in document["servers"])


def test_the_examples_of_the_official_documentation(official_examples, convert):
    for name, document in official_examples.items():
        (one,) = convert(document)
        unsaid = {note.field for note in one.notes if note.kind is Kind.MISSING}
        assert is_entry(one.document or {}) or one.refusals or "packages" in unsaid, name
    assert len(official_examples) == 17


def test_our_own_published_object_comes_back_whole(document, convert):
    entry = Entry.model_validate(
        document(permissions={"network": "any"}, documentation="Long.", tags=["a"], status="deprecated")
    )
    (one,) = convert({"server": to_server(entry)})
    assert Entry.model_validate(one.document) == entry
    assert one.notes == () or all(note.kind is Kind.MISSING for note in one.notes)


def test_integrity_of_our_own_object_returns_to_its_package(document, convert):
    digest = "sha512-" + "A" * 86 + "=="
    given = document()
    given["packages"][0]["integrity"] = digest
    (one,) = convert({"server": to_server(Entry.model_validate(given))})
    assert one.document["packages"][0]["integrity"] == digest


def test_what_publishers_tools_keep_goes_with_it(convert):
    kept = {"io.modelcontextprotocol.registry/publisher-provided": {"tool": "publisher-cli", "size": 1.5, "list": [{}]}}
    (one,) = convert(REMOTE | {"_meta": kept})
    server, _ = FORMATS["server.json"].write([Entry.model_validate(one.document)])
    assert server["_meta"] == kept


def test_what_no_entry_can_say_is_reported(convert):
    meta = {"io.modelcontextprotocol.registry/publisher-provided": {"tool": None}, "com.example/other": {"x": 1}}
    (one,) = convert(REMOTE | {"_meta": meta})
    assert is_entry(one.document)
    assert {note.field for note in one.notes if note.kind is Kind.LOST} == {f"_meta.{key}" for key in meta}


def test_an_export_says_what_the_official_form_has_no_place_for(document):
    _, notes = FORMATS["server.json"].write([Entry.model_validate(document(tags=["web"]))])
    assert {note.field for note in notes} == {
        "weather.integrity",
        "weather.license",
        "weather.maintainers",
        "weather.categories",
        "weather.tags",
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"repository": {}}, "repository"),
        ({"repository": {"url": "https://example.org/x", "source": "forge"}}, "repository"),
        ({"websiteUrl": "http://example.com"}, "websiteUrl"),
        ({"icons": [{"src": "http://example.com/i.png"}]}, "icons.0"),
        ({"extra": 1}, "extra"),
        ({"title": None}, "title"),
        ({"packages": []}, "packages"),
        ({"_meta": {}}, "_meta"),
    ],
)
def test_what_does_not_change_how_it_starts_is_taken_out_and_reported(change, field, convert):
    (one,) = convert({"server": REMOTE | change})
    lost = {note.field for note in one.notes if note.kind is Kind.LOST}
    assert lost == {field}
    assert is_entry(one.document) or field == "title"


@pytest.mark.parametrize(
    "change",
    [
        {"version": "latest"},
        {"version": ["1"]},
        {"remotes": "x"},
        {"remotes": [{"type": "", "url": "https://example.com"}]},
        {"remotes": [[]]},
        {"name": "no slash"},
    ],
)
def test_what_would_change_how_it_starts_is_refused(change, convert):
    (one,) = convert({"server": REMOTE | change}, "server.json")
    assert one.document is None
    assert one.refusals


def test_a_server_that_says_not_how_it_starts_waits_for_a_person(convert):
    (one,) = convert(REMOTE | {"remotes": []})
    assert one.document["id"] == "example-x"
    assert [note.field for note in one.notes if note.kind is Kind.MISSING] == ["packages"]


def test_an_unofficial_format_of_a_number_is_guessed(convert):
    package = {"registryType": "npm", "identifier": "x", "version": "1.0.0", "transport": {"type": "stdio"},
               "environmentVariables": [{"name": "PORT", "format": "integer"}]}  # fmt: skip
    (one,) = convert({"name": "com.example/x", "description": "X.", "version": "1.0.0", "packages": [package]})
    assert one.document["packages"][0]["environmentVariables"][0]["format"] == "number"
    assert any(note.kind is Kind.GUESSED and note.value == "number" for note in one.notes)


def test_the_first_version_of_the_api_had_no_envelopes(convert):
    (one,) = convert({"servers": [REMOTE]})
    assert is_entry(one.document)


def test_a_broken_record_does_not_hide_the_others(convert):
    results = convert({"servers": [None, 5, {"server": 5}, {"server": {"name": 1}}, {"server": REMOTE, "_meta": 7}]})
    assert [bool(one.document) for one in results] == [False, False, False, False, True]
    assert all(one.refusals for one in results[:4])


@pytest.mark.parametrize("key", ["packages", "websiteUrl", "repository", "icons"])
def test_a_key_without_a_value_is_left_out_and_told(facts, key):
    (one,) = imported({**REMOTE, key: None}, "server.json", facts, Ids())
    assert is_entry(one.document)
    assert key not in one.document
    assert (Kind.LOST, key, "it says nothing") in [(note.kind, note.field, note.because) for note in one.notes]
