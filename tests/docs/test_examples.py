"""What the documentation shows in YAML, TOML, JSON and Python is such, and ours is what our own programs read."""

import ast
import json
import tomllib

import pytest
import yaml
from tests.docs.pages import DOCUMENTS, blocks

from hub_build.samples import SAMPLES
from hub_launch.catalog import Entry, Profile
from hub_launch.config.models import Config

# The parts of an entry that are shown without the rest of it.
WAYS = ("packages", "remotes", "openapi", "module", "extensions")


def shown(language):
    return [
        pytest.param(text, id=f"{document.name}-{number}")
        for document in DOCUMENTS
        for number, text in enumerate(blocks(document, language))
    ]


@pytest.mark.parametrize("text", shown("yaml"))
def test_yaml_is_a_configuration_a_profile_an_entry_or_part_of_one(text):
    document = yaml.load(text, yaml.BaseLoader)  # noqa: S506 (all of it as text)
    if isinstance(document.get("servers"), list):
        Profile.model_validate(document)
        return
    if "servers" in document or "hub" in document:
        Config.model_validate(document)
        return
    document = yaml.safe_load(text)
    # Another way to start the server takes the place of the sample's.
    rest = {key: value for key, value in SAMPLES[0].items() if key not in WAYS or not document.keys() & set(WAYS)}
    Entry.model_validate(document if "id" in document else rest | document)


@pytest.mark.parametrize("text", shown("toml"))
def test_toml_is_a_configuration_or_part_of_a_project(text):
    document = tomllib.loads(text)
    if "project" not in document:
        Config.model_validate(document)


@pytest.mark.parametrize("text", shown("json"))
def test_json_is_json(text):
    for document in [text] if text.startswith("{\n") else text.splitlines():
        json.loads(document)


# Its blocks are signatures.
@pytest.mark.parametrize("text", [one for one in shown("python") if not one.id.startswith("python.md")])
def test_python_is_python(text):
    compile(text, "shown", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)
