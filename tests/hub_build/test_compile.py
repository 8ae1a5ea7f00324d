import json

import pytest

from hub_build.compile import compile_registry
from hub_launch.catalog import canonical_json, from_server, sha256_hex
from hub_launch.errors import HubError
from hub_launch.judge.registry import read_registry

OTHER_PACKAGE = {"registryType": "npm", "identifier": "other", "version": "1.0.0", "transport": {"type": "stdio"}}
SPEC = "openapi: 3.1.0\npaths: {/b: {}, /a: {}}\n"


def compiled(registry):
    return compile_registry(read_registry(registry.folder))


def test_rows_and_documents_are_sorted_and_belong_together(registry):
    registry.add("zebra")
    registry.add("apple")
    result = compiled(registry)
    assert [row.id for row in result.index.servers] == ["apple", "zebra"]
    assert [document.entry.id for document in result.documents] == ["apple", "zebra"]
    assert [row.sha256 for row in result.index.servers] == [sha256_hex(one.data) for one in result.documents]
    assert result.index.count == 2


def test_a_document_is_the_official_object_as_canonical_json(registry):
    registry.add("weather", tags=["rain"])
    (document,) = compiled(registry).documents
    server = json.loads(document.data)
    assert canonical_json(server) == document.data
    assert server["name"] == "io.github.example/weather"
    assert from_server(server).tags == ("rain",)


def test_what_an_entry_does_not_say_is_not_in_its_document(registry):
    registry.add("weather")
    (document,) = compiled(registry).documents
    assert set(json.loads(document.data)["_meta"]["io.github.mcp-hub-launch/entry"]) == {
        "id", "published", "license", "maintainers", "categories", "integrity",
    }  # fmt: skip


def test_the_hash_of_a_spec_is_filled_in(registry):
    registry.write("openapi/api.yaml", SPEC)
    registry.add("weather", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    result = compiled(registry)
    ((sha256, data),) = result.specs.items()
    assert data == b'{"openapi":"3.1.0","paths":{"/a":{},"/b":{}}}'
    assert result.index.servers[0].specs == (sha256,) == (sha256_hex(data),)
    assert from_server(json.loads(result.documents[0].data)).openapi.sha256 == sha256


def test_two_entries_share_one_spec_and_an_unused_one_is_not_published(registry):
    registry.write("openapi/api.yaml", SPEC)
    registry.write("openapi/same.json", json.dumps({"paths": {"/a": {}, "/b": {}}, "openapi": "3.1.0"}))
    registry.write("openapi/unused.yaml", SPEC + "info: {}\n")
    for id_, file in (("weather", "api.yaml"), ("climate", "same.json")):
        registry.add(id_, packages=..., openapi={"file": file, "baseUrl": "https://example.com"})
    assert len(compiled(registry).specs) == 1


def test_a_spec_on_the_web_is_not_ours_to_publish(registry):
    source = {"url": "https://example.com/o.json", "sha256": "a" * 64, "baseUrl": "https://example.com"}
    registry.add("weather", packages=..., openapi=source)
    assert compiled(registry).index.servers[0].specs == ()


def test_a_missing_spec_is_an_error_that_names_the_entry(registry):
    registry.add("weather", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    with pytest.raises(HubError, match=r"weather: .*api\.yaml"):
        compiled(registry)


def test_withdrawn_entries_are_in_the_index_with_their_status(registry):
    registry.add("weather", status="withdrawn")
    assert compiled(registry).index.servers[0].status == "withdrawn"


def test_the_row_tells_how_a_server_can_be_started(registry):
    registry.add("weather", remotes=[{"type": "sse", "url": "https://example.com/sse"}])
    assert compiled(registry).index.servers[0].kinds == ("npm", "remote")


def test_the_index_carries_the_lists_and_a_withdrawn_server_says_so_itself(registry):
    registry.add("weather")
    registry.add("clock")
    registry.write(
        "lists.yaml",
        'aliases: {wx: weather}\nwithdrawn: [{id: clock, reason: Its package was taken over., date: "2026-11-01"}]\n',
    )
    compiled = compile_registry(read_registry(registry.folder))
    assert compiled.index.lists.current_id("wx") == "weather"
    assert {row.id: row.status for row in compiled.index.servers} == {"clock": "withdrawn", "weather": "active"}
    assert [document.entry.status for document in compiled.documents] == ["withdrawn", "active"]


def test_the_row_has_the_earlier_versions_the_newest_first_each_with_the_hash_of_its_document(registry):
    registry.add("weather")
    for version in ("1.9.0", "1.10.0", "build-7"):
        registry.add_version("weather", version)
    registry.write("servers/weather.yaml", (registry.folder / "servers/weather.yaml").read_text().replace("1.4", "2.0"))
    result = compiled(registry)
    (row,) = result.index.servers
    assert [one.version for one in row.versions] == ["1.10.0", "1.9.0", "build-7"]
    assert [one.sha256 for one in row.versions] == [document.sha256 for document in result.earlier["weather"]]
    assert result.index.count == 1


def test_an_earlier_version_keeps_the_description_it_was_published_with(registry):
    registry.write("openapi/api.yaml", SPEC)
    registry.write("openapi/api-2.yaml", SPEC + "info: {}\n")
    (old,) = compile_registry(_with_api(registry, "api.yaml")).index.servers[0].specs
    source = {"file": "api.yaml", "baseUrl": "https://example.com", "sha256": old}
    registry.add_version("weather", packages=..., openapi=source)
    result = compile_registry(_with_api(registry, "api-2.yaml"))
    assert result.index.servers[0].versions[0].specs == (old,)
    assert len(result.specs) == 2


def _with_api(registry, file):
    registry.add("weather", packages=..., openapi={"file": file, "baseUrl": "https://example.com"})
    return read_registry(registry.folder)


@pytest.mark.parametrize(
    ("change", "verified"),
    [
        ({}, True),
        ({"name": "io.github.example/other"}, False),
        ({"packages": [OTHER_PACKAGE]}, False),
        ({"remotes": [{"type": "sse", "url": "https://example.com/sse"}]}, False),
    ],
    ids=["same", "other name", "other package", "an address too"],
)  # fmt: skip
def test_a_server_is_verified_by_a_proof_of_its_name_and_of_all_that_it_starts(registry, change, verified):
    registry.add("weather", **change)
    registry.prove("weather")
    (row,) = compiled(registry).index.servers
    assert row.verified is verified


def test_the_index_has_the_profiles_sorted_and_a_part_of_the_registry_those_that_it_can_start(registry):
    for name in ("git", "time"):
        registry.add(name)
    (registry.folder / "profiles").mkdir()
    for name, servers in (("work", ["time", "git"]), ("play", ["time"])):
        profile = {"id": name, "title": name, "description": "x", "servers": [{"id": one} for one in servers]}
        (registry.folder / "profiles" / f"{name}.yaml").write_text(json.dumps(profile))
    result = compiled(registry)
    assert [one.id for one in result.index.profiles] == ["play", "work"]
    assert [one.id for one in result.of({"time"}).index.profiles] == ["play"]
