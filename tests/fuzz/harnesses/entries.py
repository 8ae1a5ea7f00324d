"""Entries: every finding has a place, and what passes compiles and comes back from the official form."""

import json
from pathlib import Path

import yaml
from pydantic import ValidationError

from hub_build.compile import compile_registry
from hub_build.samples import SAMPLES
from hub_launch.catalog import Entry, from_server, to_server
from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Verdict, verdict_of
from hub_launch.judge.load import ENTRY, YAML_SPEC, Loaded, load_bytes
from hub_launch.judge.registry import Registry, Source

EXAMPLES = Path(__file__).parents[2] / "examples"
SPEC = load_bytes(b"openapi: 3.1.0\npaths: {/a: {get: {operationId: a, responses: {}}}}\n", "pets.yaml", YAML_SPEC)
SEEDS = [
    *(yaml.safe_dump(one, allow_unicode=True).encode() for one in SAMPLES),
    *(path.read_bytes() for path in sorted(EXAMPLES.glob("invalid/*/*.yaml"))[::6]),
]
WORDS = [*SAMPLES[0], *SAMPLES[0]["packages"][0], "{a}", "http://", "remotes:", "openapi:", "module:", "pets.yaml"]


def check(data: bytes) -> None:
    loaded = load_bytes(data, "x.yaml", ENTRY)
    if not isinstance(loaded, Loaded):
        return
    source = source_of(loaded)
    registry = Registry((source,), specs={"pets.yaml": SPEC})
    found = run_checks(registry)
    assert all(one.line >= 1 and one.message and one.rule for one in found)
    assert source.entry or verdict_of(found) is Verdict.FAIL
    # What is wrong with the file's name alone does not show in what is compiled.
    if verdict_of([one for one in found if one.rule != "file-name"]) is Verdict.FAIL:
        return
    (compiled,) = compile_registry(registry).documents
    assert from_server(json.loads(compiled.data)) == compiled.entry
    assert from_server(to_server(source.entry)) == source.entry


def source_of(loaded: Loaded) -> Source:
    try:
        return Source(Path("x.yaml"), loaded, Entry.model_validate(loaded.document, by_alias=True, by_name=False))
    except ValidationError as errors:
        return Source(Path("x.yaml"), loaded, errors=errors)
