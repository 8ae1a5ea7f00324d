import json
import random
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry as Schemas
from referencing.jsonschema import DRAFT202012

import hub_build.outputs
import hub_launch.judge.registry
from hub_build.compile import compile_registry
from hub_build.hosts.rules import content_type
from hub_build.outputs import OUTPUTS, render
from hub_build.outputs.output import Output
from hub_launch.catalog import Index, canonical_json, from_server, sha256_hex
from hub_launch.errors import HubError
from hub_launch.judge.registry import read_registry

OPENAPI = Path(__file__).parents[4] / "shared/corpus/official/registry-openapi.yaml"
META = "io.modelcontextprotocol.registry/official"


def rendered(registry):
    return render(compile_registry(read_registry(registry.folder)))


@pytest.fixture
def files(registry):
    registry.add("weather", tags=["rain"])
    registry.add("old-weather", status="deprecated", published="2026-01-02")
    registry.add("bad-weather", status="withdrawn", version="0.9.0")
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    registry.add("api", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    return rendered(registry)


def test_every_hash_of_the_index_is_that_of_a_file(files):
    index = Index.model_validate_json(files["index.json"])
    assert index.count == len(index.servers) == 4
    for row in index.servers:
        assert sha256_hex(files[row.path]) == row.sha256
        assert from_server(json.loads(files[row.path])).id == row.id
        for sha256 in row.specs:
            assert sha256_hex(files[f"specs/{sha256}.json"]) == sha256
    assert sum(bool(row.specs) for row in index.servers) == 1


def test_all_json_is_canonical(files):
    found = {path: data for path, data in files.items() if content_type(f"/{path}").endswith("json")}
    assert len(found) > len(files) / 2
    assert all(canonical_json(json.loads(data)) == data for data in found.values())


def test_both_trees_have_the_same_bytes(files):
    old = {path.removeprefix("v0/"): data for path, data in files.items() if path.startswith("v0/")}
    new = {path.removeprefix("v0.1/"): data for path, data in files.items() if path.startswith("v0.1/")}
    assert old == new
    assert old


def test_the_list_has_every_server_once_and_no_withdrawn_one(files):
    listed = json.loads(files["v0.1/servers/index.json"])
    names = [one["server"]["name"] for one in listed["servers"]]
    assert names == [f"io.github.example/{id_}" for id_ in ("api", "old-weather", "weather")]
    assert listed["metadata"] == {"count": 3}
    assert [one["_meta"][META]["status"] for one in listed["servers"]] == ["active", "deprecated", "active"]


def test_every_envelope_has_the_official_meta_without_a_clock(files):
    envelope = json.loads(files["v0/servers/io.github.example/old-weather/versions/1.4.0"])
    moment = "2026-01-02T00:00:00Z"
    assert envelope["_meta"] == {
        META: {
            "status": "deprecated",
            "publishedAt": moment,
            "updatedAt": moment,
            "statusChangedAt": moment,
            "isLatest": True,
        }
    }


def test_latest_the_version_and_the_id_are_files_without_extension(files):
    base = "v0/servers/io.github.example/weather/versions"
    assert files[f"{base}/latest"] == files[f"{base}/1.4.0"] == files["v0/servers/weather"]
    versions = json.loads(files[f"{base}/index.json"])
    assert versions == {"metadata": {"count": 1}, "servers": [json.loads(files[f"{base}/latest"])]}


def test_a_withdrawn_server_is_shown_as_deleted_and_is_never_the_latest(files):
    base = "v0/servers/io.github.example/bad-weather/versions"
    assert f"{base}/latest" not in files
    official = json.loads(files[f"{base}/0.9.0"])["_meta"][META]
    assert (official["status"], official["isLatest"]) == ("deleted", False)
    assert files["v0/servers/bad-weather"] == files[f"{base}/0.9.0"]


def test_there_is_never_a_next_cursor(files):
    assert not [path for path, data in files.items() if b"nextCursor" in data]


def test_ping_health_and_version_answer(files):
    assert json.loads(files["v0.1/ping"]) == {"pong": True}
    assert json.loads(files["v0.1/health"]) == {"status": "ok"}
    assert set(json.loads(files["v0.1/version"])) == {"version"}


def test_every_answer_keeps_the_official_openapi_document(files):
    if not OPENAPI.exists():
        pytest.skip("the official OpenAPI document lies outside the repository")
    document = yaml.safe_load(OPENAPI.read_text())
    schemas = Schemas().with_resource("urn:api", DRAFT202012.create_resource(document))
    reference = "urn:api#/components/schemas/"
    for path, data in files.items():
        if path.startswith("v0.1/servers/"):
            kind = "ServerList" if path.endswith("index.json") else "ServerResponse"
            Draft202012Validator({"$ref": reference + kind}, registry=schemas).validate(json.loads(data))


def test_the_same_registry_gives_the_same_bytes_in_whatever_order_its_folder_is_listed(registry, files, monkeypatch):
    def shuffled(folder):
        found = list(Path(folder).iterdir()) if Path(folder).is_dir() else []
        random.Random(7).shuffle(found)  # noqa: S311
        return iter(found)

    monkeypatch.setattr(hub_launch.judge.registry, "_inside", shuffled)
    assert rendered(registry) == files
    assert list(rendered(registry)) == sorted(files)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"index.json": b""}, "two files of the site are called index.json"),
        ({"INDEX.json": b""}, "differ by case"),
        ({"v0/ping/more": b""}, "v0/ping would be a file and a folder"),
    ],
)
def test_outputs_that_get_in_each_others_way_are_an_error(registry, monkeypatch, more, words):
    registry.add("weather")
    monkeypatch.setattr(
        hub_build.outputs, "OUTPUTS", {**OUTPUTS, "more": Output(whole=lambda compiled, rows: iter(more.items()))}
    )
    with pytest.raises(HubError, match=words):
        rendered(registry)


def official(files, version, name="io.github.example/weather"):
    return json.loads(files[f"v0/servers/{name}/versions/{version}"])["_meta"][META]


def test_an_earlier_version_is_served_beside_the_current_one_and_is_not_the_latest(registry):
    registry.add("weather")
    registry.add_version("weather", "1.3.0")
    files = rendered(registry)
    base = "v0/servers/io.github.example/weather/versions"
    listed = json.loads(files[f"{base}/index.json"])["servers"]
    assert [one["server"]["version"] for one in listed] == ["1.4.0", "1.3.0"]
    assert [one["_meta"][META]["isLatest"] for one in listed] == [True, False]
    assert files[f"{base}/latest"] == files[f"{base}/1.4.0"] == files["v0/servers/weather"]
    assert json.loads(files["v0/servers/index.json"])["metadata"] == {"count": 1}
    (earlier,) = Index.model_validate_json(files["index.json"]).servers[0].versions
    assert from_server(json.loads(files[f"entries/weather/{earlier.sha256}.json"])).version == "1.3.0"


def test_a_yanked_version_is_deleted_for_editors_and_the_one_before_is_the_latest(registry):
    registry.add("weather")
    registry.add_version("weather", "1.3.0")
    yanked = '{id: weather, version: 1.4.0, reason: It forgets., date: "2026-11-22"}'
    registry.write("lists.yaml", f"yanked: [{yanked}]\n")
    files = rendered(registry)
    meta = official(files, "1.4.0")
    assert (meta["status"], meta["isLatest"], meta["statusMessage"]) == ("deleted", False, "It forgets.")
    assert (meta["statusChangedAt"], meta["publishedAt"]) == ("2026-11-22T00:00:00Z", "2026-11-21T00:00:00Z")
    assert official(files, "latest") == official(files, "1.3.0")
    assert official(files, "1.3.0")["isLatest"]


def test_all_versions_of_a_withdrawn_server_are_deleted_with_the_reason(registry):
    registry.add("weather")
    registry.add_version("weather", "1.3.0")
    registry.write("lists.yaml", 'withdrawn: [{id: weather, reason: Taken over., date: "2026-11-22"}]\n')
    files = rendered(registry)
    for version in ("1.3.0", "1.4.0"):
        meta = official(files, version)
        assert (meta["status"], meta["statusMessage"]) == ("deleted", "Taken over.")
    assert json.loads(files["v0/servers/index.json"])["servers"] == []


def test_a_proof_of_ownership_travels_beside_the_official_meta(registry):
    registry.add("weather")
    registry.prove("weather")
    meta = json.loads(rendered(registry)["v0/servers/weather"])["_meta"]
    assert meta["io.github.mcp-hub-launch/registry"]["verified"]["date"] == "2026-11-20"
