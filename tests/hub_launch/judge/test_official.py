"""Our statement of the official rules, against the official schema; and the check that uses it."""

import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from hub_launch.catalog import to_server
from hub_launch.judge import registry as judge_registry
from hub_launch.judge.checks import run_checks
from hub_launch.judge.contract import schema_of
from hub_launch.judge.official import OfficialServer
from hub_launch.judge.registry import read_registry

CORPUS = Path(__file__).parents[4] / "shared/corpus/official"
OURS = schema_of(OfficialServer)["definitions"]

# The official schema puts definitions together with allOf; ours inherit.
DEFINITIONS = {
    "Input": "Input",
    "KeyValueInput": "KeyValueInput",
    "PositionalArgument": "PositionalArgument",
    "NamedArgument": "NamedArgument",
    "Package": "Package",
    "Repository": "Repository",
    "Icon": "Icon",
    "StdioTransport": "StdioTransport",
    "StreamableHttpTransport": "HttpTransport",
    "SseTransport": "HttpTransport",
}


@pytest.fixture(scope="module")
def schema():
    if not CORPUS.exists():
        pytest.skip("the official schema lies outside the repository")
    return json.loads((CORPUS / "server.schema.2025-12-11.json").read_text())


def merged(definitions, node):
    properties, required = dict(node.get("properties", {})), set(node.get("required", ()))
    for part in node.get("allOf", ()):
        part = definitions[part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part
        more, needed = merged(definitions, part)
        properties |= more
        required |= needed
    return properties, required


@pytest.mark.parametrize(("theirs", "ours"), DEFINITIONS.items())
def test_we_know_the_same_keys_and_need_the_same_ones(schema, theirs, ours):
    properties, required = merged(schema["definitions"], schema["definitions"][theirs])
    assert set(OURS[ours]["properties"]) == set(properties)
    assert set(OURS[ours].get("required", ())) == required


def test_the_server_object_has_the_official_keys(schema):
    theirs = schema["definitions"]["ServerDetail"]["properties"]
    assert set(schema_of(OfficialServer)["properties"]) == set(theirs)


def test_of_real_servers_we_refuse_only_keys_that_the_official_vocabulary_lacks(schema):
    official = jsonschema.Draft7Validator(schema)
    envelopes = json.loads((CORPUS / "servers-2025-12-18.json").read_text())["servers"]
    accepted = [envelope["server"] for envelope in envelopes if official.is_valid(envelope["server"])]
    assert len(accepted) > 900
    objections = {(kind, server["name"]) for server in accepted for kind in _objections(server)}
    assert {kind for kind, _ in objections} <= {"extra_forbidden"}


def _objections(server):
    try:
        OfficialServer.model_validate({"$schema": "", "_meta": {}} | server, by_alias=True, by_name=False)
    except ValidationError as errors:
        return {error["type"] for error in errors.errors()}
    return set()


def test_a_key_of_ours_that_is_left_over_is_found(registry, monkeypatch):
    registry.add("weather")
    leftover = lambda entry: to_server(entry) | {"maintainers": ["example"]}  # noqa: E731
    monkeypatch.setattr(judge_registry, "to_server", leftover)
    (finding,) = run_checks(read_registry(registry.folder))
    assert (finding.rule, finding.pointer) == ("official", "/maintainers")


def test_a_part_that_is_lost_is_found(registry, monkeypatch):
    registry.add("weather", tags=["rain"])

    def without_tags(entry):
        return to_server(entry.model_copy(update={"tags": None}))

    monkeypatch.setattr(judge_registry, "to_server", without_tags)
    (finding,) = run_checks(read_registry(registry.folder))
    assert finding.rule == "official"
    assert "not the same" in finding.message
