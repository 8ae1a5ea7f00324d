import json

import pytest

from hub_build.compile import compile_registry
from hub_build.registry import read_registry
from hub_launch.catalog import canonical_json, from_server, sha256_hex
from hub_launch.errors import HubError

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
