import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from hub_build.compile import compile_registry
from hub_build.samples import SAMPLES
from hub_build.schema import schema_files
from hub_launch.catalog import Index
from hub_launch.judge.registry import read_registry

ROOT = Path(__file__).parents[2]
SCHEMAS = {name: json.loads(data) for name, data in schema_files().items()}
VALID = sorted((ROOT / "tests/examples/valid").rglob("*.yaml"))
LISTS = [path for path in VALID if path.name == "lists.yaml"]
PROFILES = [path for path in VALID if path.parent.name == "profiles"]
ENTRIES = [path for path in VALID if path.parent.name != "openapi" and path not in (*LISTS, *PROFILES)]


def validator(name):
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])
    return jsonschema.Draft7Validator(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_files_are_what_the_models_say(name):
    """If this fails: `hub-build schema`."""
    assert (ROOT / "schema" / name).read_bytes() == schema_files()[name]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_address_of_a_schema_holds_wherever_it_is(name):
    assert SCHEMAS[name]["$id"] == name


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.stem)
def test_an_editor_accepts_what_the_check_accepts(path):
    validator("entry.schema.json").validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.parent.name)
def test_an_editor_accepts_the_lists_that_the_check_accepts(path):
    validator("lists.schema.json").validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_an_editor_accepts_the_profiles_that_the_check_accepts(path):
    validator("profile.schema.json").validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "change",
    [
        {"licence": "MIT"},
        {"id": "No_Id"},
        {"version": 1.5},
        {"version": "latest"},
        {"categories": []},
        {"status": None},
    ],
    ids=str,
)
def test_an_editor_marks_what_the_check_refuses(document, change):
    schema = validator("entry.schema.json")
    assert schema.is_valid(document())
    assert not schema.is_valid(document(**change))


def test_an_editor_has_examples_of_a_whole_entry_and_of_its_parts():
    schema = SCHEMAS["entry.schema.json"]
    assert schema["examples"] == list(SAMPLES)
    for example in schema["examples"]:
        validator("entry.schema.json").validate(example)
    assert schema["properties"]["id"]["examples"] == ["weather", "clock", "docs"]
    assert "@you/weather-mcp" in schema["definitions"]["Package"]["properties"]["identifier"]["examples"]


def test_examples_of_parts_are_valid_there():
    schema = SCHEMAS["entry.schema.json"]
    for owner in [schema, *schema["definitions"].values()]:
        for node in owner.get("properties", {}).values():
            part = {**node, "definitions": schema["definitions"]}
            for example in node.get("examples", ()):
                jsonschema.Draft7Validator(part).validate(example)


def test_an_editor_shows_patterns_in_words():
    assert SCHEMAS["entry.schema.json"]["properties"]["name"]["patternErrorMessage"].startswith("Write a reverse-DNS")


def test_what_is_compiled_keeps_the_schemas_of_index_and_server(registry):
    registry.add("weather", tags=["rain"], status="withdrawn")
    compiled = compile_registry(read_registry(registry.folder))
    validator("index.schema.json").validate(json.loads(compiled.index.model_dump_json(exclude_none=True)))
    validator("server.schema.json").validate(json.loads(compiled.documents[0].data))


def test_the_schema_of_the_index_is_of_what_the_launcher_reads():
    assert set(SCHEMAS["index.schema.json"]["required"]) == {
        field.alias for field in Index.model_fields.values() if field.is_required()
    }


def test_the_schemas_are_the_same_whatever_was_loaded_before():
    first = "import sys, mcp_types._v2025_11_25"
    program = f"{first}; from hub_build.cli.main import main; sys.exit(main(['schema', '--check']))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout
