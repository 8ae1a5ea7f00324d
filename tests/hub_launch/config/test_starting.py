import json
import re
from pathlib import Path

import jsonschema
import yaml

from hub_launch.config.loading import load
from hub_launch.config.models import HubPart
from hub_launch.config.starting import SCHEMA, starting_file

ROOT = Path(__file__).parents[3]


def test_the_first_file_is_a_configuration(written):
    found = load(written(starting_file(["time", "git"])), {})
    assert list(found.selected()) == ["time", "git"]
    assert found.config.hub == HubPart()


def test_it_is_one_with_every_comment_taken_for_what_it_shows(written):
    lines = starting_file(["time"]).splitlines()
    shown = "\n".join(re.sub(r"^(\s*)# ", r"\1", line) for line in lines[3:])
    found = load(written(shown), {})
    assert list(found.config.servers) == ["time", "filesystem"]
    assert found.config.servers["filesystem"].start == "lazy"
    assert found.config.registries[0].name == "work"
    assert found.config.profiles == {"work": ("time",)}


def test_an_editor_is_told_the_schema_and_that_accepts_the_file():
    schema = json.loads((ROOT / "schema" / SCHEMA.rpartition("/")[2]).read_text(encoding="utf-8"))
    first, *_ = starting_file(["time"]).splitlines()
    assert first == f"# yaml-language-server: $schema={SCHEMA}"
    jsonschema.Draft7Validator(schema).validate(yaml.safe_load(starting_file(["time"])))


def test_an_editor_refuses_what_the_launcher_refuses():
    schema = jsonschema.Draft7Validator(json.loads((ROOT / "schema/hub.schema.json").read_text(encoding="utf-8")))
    for text in ("servers: {Time: {}}", "hub: {prot: 1}", "hub: {port: http}", "servers: {time: {start: later}}"):
        assert not schema.is_valid(yaml.safe_load(text)), text
    for text in ("servers: {time: }", "hub: {port: '${P:-1}'}", "servers: {time: {set: {a: 1, b: [x, true]}}}"):
        assert schema.is_valid(yaml.safe_load(text)), text
