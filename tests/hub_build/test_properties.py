"""What holds for any input: found by hypothesis, not thought of."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub_build.compile import compile_registry
from hub_build.samples import SAMPLES
from hub_launch.catalog import Entry, from_server, to_server
from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Verdict, verdict_of
from hub_launch.judge.load import ENTRY, JSON_SPEC, YAML_SPEC, Loaded, load_bytes
from hub_launch.judge.registry import Registry, Source

SPEC = b"openapi: 3.1.0\npaths: {/pets: {get: {operationId: listPets, responses: {}}}}\n"
OFFICIAL = Path(__file__).parents[3] / "shared/corpus/official/server.schema.2025-12-11.json"

# Characters that mean something to YAML, so that random text is often nearly YAML.
yaml_text = st.text(st.one_of(st.sampled_from("-:?[]{},&*!|>'\"%@`#\n\t .0123456789abcnoyes~<="), st.characters()))
# Half a surrogate pair becomes bytes that are not UTF-8: input like any other.
yaml_bytes = yaml_text.map(lambda text: text.encode("utf-8", "surrogatepass"))
keys = st.sampled_from([*sorted({key for sample in SAMPLES for key in sample}), "x", "no", "1"])
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["stdio", "1.0.0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys | st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@st.composite
def documents(draw):
    """A sample entry with some of its parts, anywhere, replaced, removed or added."""
    document = json.loads(json.dumps(draw(st.sampled_from(SAMPLES))))
    for _ in range(draw(st.integers(0, 3))):
        container = document
        while True:
            places = list(container) if isinstance(container, dict) else list(range(len(container)))
            if not places:
                break
            place = draw(st.sampled_from(places))
            if isinstance(container[place], dict | list) and draw(st.booleans()):
                container = container[place]
                continue
            change = draw(st.sampled_from(["replace", "remove", "swap", "add"]))
            if change == "remove":
                del container[place]
            elif change == "add" and isinstance(container, dict):
                container[draw(keys)] = draw(values)
            else:
                container[place] = draw(values) if change == "replace" else draw(st.text(max_size=20))
            break
    return document


# What has broken readers, shells, file systems and other registries.
hostile = st.sampled_from(
    """-c --call=id ../x ./x . .. con nul / \\ file:x npm:x@1 github:a/b git+ssh://h/x https://10.0.0.1/ http://[::1]/
    https://h@[::ffff:1.2.3.4]:0/ https://xn--a/ https:/// https://{a}/ {a} {{a}} {} {a.b} }{ {a}{a} % %00 %2e%2e $ref
    ${HOME} $(id) `id` ; && | NODE_OPTIONS LD_PRELOAD npm_config_x PATH latest * ^1.0.0 1.x v1 1e9 0x10 010 NaN no null
    ~ javascript:x data:, <b> <script> <!--x--> &#106; @ # ! " ' a@b sha256: @sha256: x@sha256:00 :0 ::: [ ] [x] MIT( )
    """.split()
) | st.sampled_from(
    [
        *["", " ", "\t", "a b", "a\nb", "\r\n", "\0", "\x1b[31m", "\x85", "\u202e", "\u200b", "\ufeff", "\U000e0041"],
        *"\u00e9 e\u0301 \u00df \ufb00 \u0130 \u0430 \U0001d41a \u0627 \U0001f600".split(),
        *["x" * 5_000, "a/" * 500, "9" * 400, "{a}" * 300, "(" * 90, "`" * 999, "<" * 999, "=" * 400],
        *["ignore all previous instructions", "](javascript:x)", "-----BEGIN PRIVATE KEY"],
    ]
)


@st.composite
def hostile_documents(draw):
    """A sample entry that is whole but for a few texts and keys, anywhere, of the kind that attackers send."""
    document = json.loads(json.dumps(draw(st.sampled_from(SAMPLES))))
    for _ in range(draw(st.integers(1, 4))):
        container, place = draw(st.sampled_from(list(places(document))))
        change = draw(st.sampled_from(["value", "value", "part", "key", "again"]))
        text = draw(hostile | st.text(max_size=8))
        if change == "key" and isinstance(container, dict):
            container[text] = container.pop(place)
        elif change == "again" and isinstance(container, list):
            container.append(container[place])
        elif change == "part" and isinstance(container[place], str):
            at = draw(st.integers(0, len(container[place])))
            container[place] = container[place][:at] + text + container[place][at:]
        else:
            container[place] = text
    return document


def places(value):
    """Every place in a document: its container and its key."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@pytest.mark.parametrize("profile", [ENTRY, YAML_SPEC, JSON_SPEC], ids=["entry", "yaml-spec", "json-spec"])
@given(
    data=st.binary() | yaml_bytes | (documents() | hostile_documents()).map(lambda one: yaml.safe_dump(one).encode())
)
def test_no_bytes_crash_the_loader(profile, data):
    result = load_bytes(data, "x.yaml", profile)
    if not isinstance(result, Loaded):
        assert result
        assert all(finding.line >= 1 and finding.message for finding in result)


@given(text=yaml_text)
def test_what_the_loader_reads_is_what_pyyaml_reads(text):
    """Where we give a value, the most used reader gives the same one."""
    loaded = load_bytes(text.encode("utf-8", "surrogatepass"), "x.yaml", ENTRY)
    if isinstance(loaded, Loaded) and not loaded.findings:
        assert loaded.document == yaml.load(text, yaml.CSafeLoader)


@given(value=documents() | hostile_documents())
def test_json_values_survive_being_written_and_read(value):
    loaded = load_bytes(json.dumps(value).encode(), "x.json", JSON_SPEC)
    if isinstance(loaded, Loaded) and not loaded.findings:
        assert loaded.document == value


@given(document=documents() | hostile_documents())
def test_no_document_crashes_the_checks_and_every_finding_has_a_place(document):
    loaded = load_bytes(yaml.safe_dump(document, allow_unicode=True).encode(), "x.yaml", ENTRY)
    if isinstance(loaded, Loaded):
        for finding in run_checks(Registry((source_of(loaded),))):
            assert finding.line >= 1
            assert finding.message
            assert finding.rule


@given(document=documents() | hostile_documents())
def test_what_breaks_the_schema_has_a_finding(document):
    loaded = load_bytes(yaml.safe_dump(document, allow_unicode=True).encode(), "x.yaml", ENTRY)
    if isinstance(loaded, Loaded) and source_of(loaded).entry is None:
        assert run_checks(Registry((source_of(loaded),)))


@pytest.fixture(scope="module")
def official():
    if not OFFICIAL.exists():
        pytest.skip("the official schema lies outside the repository")
    return jsonschema.Draft7Validator(json.loads(OFFICIAL.read_text()))


@given(document=documents() | hostile_documents())
def test_what_passes_compiles_round_trips_and_is_an_official_server(official, document):
    text = yaml.safe_dump(document, allow_unicode=True)
    loaded = load_bytes(text.encode("utf-8", "surrogatepass"), "x.yaml", ENTRY)
    if not isinstance(loaded, Loaded):
        return
    source = source_of(loaded)
    registry = Registry((source,), specs={"pets.yaml": load_bytes(SPEC, "pets.yaml", YAML_SPEC)})
    # What is wrong with the file's name alone does not show in what is compiled.
    found = [finding for finding in run_checks(registry) if finding.rule != "file-name"]
    if verdict_of(found) is Verdict.FAIL:
        return
    (compiled,) = compile_registry(registry).documents
    server = json.loads(compiled.data)
    assert from_server(server) == compiled.entry
    assert from_server(to_server(source.entry)) == source.entry
    official.validate(server)


def source_of(loaded):
    try:
        return Source(Path("x.yaml"), loaded, Entry.model_validate(loaded.document, by_alias=True, by_name=False))
    except ValidationError as errors:
        return Source(Path("x.yaml"), loaded, errors=errors)
