import json

from hub_launch.catalog import sha256_hex


def rows(files):
    return {row["id"]: row for row in json.loads(files["index.json"])["servers"]}


def test_what_was_seen_is_published_and_its_hash_is_in_the_index(registry, build):
    registry.add("weather")
    registry.add("clock")
    registry.record("weather", ["forecast", "alerts"])
    files = build(registry).files
    seen = files["recorded/weather.json"]
    assert [tool["name"] for tool in json.loads(seen)["tools"]] == ["forecast", "alerts"]
    assert rows(files)["weather"]["recorded"] == sha256_hex(seen)
    assert rows(files)["clock"].get("recorded") is None
    assert [path for path in files if path.startswith("recorded/")] == ["recorded/weather.json"]


def test_a_record_of_another_version_says_nothing_of_this_one(registry, build):
    registry.add("weather")
    registry.record("weather", version="1.3.0")
    files = build(registry).files
    assert "recorded/weather.json" not in files
    assert rows(files)["weather"].get("recorded") is None


def test_tools_are_found_by_their_names(registry, build):
    registry.add("weather")
    registry.record("weather", ["forecast", "alerts"])
    index = json.loads(build(registry).files["search.json"])
    (row,) = index["servers"]
    assert dict(zip(index["fields"], row, strict=True))["tools"] == ["forecast", "alerts"]
