import pytest

from hub_build.samples import SAMPLES
from hub_build.schema import nodes_of
from hub_launch.catalog import Entry, Index
from hub_launch.judge.contract import DEFINITIONS, entry_schema, locate, schema_of
from hub_launch.judge.official import OfficialServer
from hub_launch.judge.words import PATTERN_WORDS

SCHEMAS = {"entry": entry_schema(), "index": schema_of(Index), "server": schema_of(OfficialServer)}


def properties(schema):
    for owner in [schema, *schema["definitions"].values()]:
        for key, node in owner.get("properties", {}).items():
            yield f"{owner['title']}.{key}", node


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_key_has_a_title_and_a_description(schema):
    for name, node in properties(schema):
        # Where a key says no more than its type, pydantic leaves the words there.
        whole = schema["definitions"].get(node.get("$ref", "").removeprefix(DEFINITIONS), {}) | node
        assert whole.get("description"), name
        assert whole.get("title"), name


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_null_is_nowhere(schema):
    assert [node for node in nodes_of(schema) if node.get("type") == "null"] == []


def test_every_pattern_has_words_and_all_words_are_of_a_pattern():
    patterns = {
        node["pattern"]
        for schema in SCHEMAS.values()
        for node in nodes_of({key: value for key, value in schema.items() if key != "examples"})
        if isinstance(node.get("pattern"), str)
    }
    ruled_out = {node["not"]["pattern"] for node in nodes_of(entry_schema()) if "pattern" in node.get("not", {})}
    assert patterns - ruled_out == set(PATTERN_WORDS)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["id"])
def test_every_sample_is_an_entry(sample):
    Entry.model_validate(sample, by_alias=True, by_name=False)


def test_a_location_loses_the_names_of_alternatives():
    document = {"packages": [{"packageArguments": [{"type": "named", "positional": 1}]}]}
    spot = locate(("packages", 0, "packageArguments", 0, "named", "positional"), document)
    assert spot.pointer == ("packages", 0, "packageArguments", 0, "positional")
    assert "isRepeated" in spot.above["properties"]


def test_a_location_knows_whether_its_alternative_is_meant():
    label = "tuple[constrained-str, ...]"
    assert locate(("permissions", "network", label, 0), {"permissions": {"network": ["x"]}}).fits
    assert not locate(("permissions", "network", label), {"permissions": {"network": "x"}}).fits


def test_a_location_in_a_free_mapping_is_found():
    spot = locate(("openapi", "variables", "region", "choices", 0), {})
    assert spot.pointer == ("openapi", "variables", "region", "choices", 0)
    assert spot.node == {"type": "string"}
