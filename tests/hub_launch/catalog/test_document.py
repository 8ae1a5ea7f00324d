import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub_launch.catalog import META_KEY, Entry, canonical_json, from_server, to_server

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
env_name = st.from_regex(r"[A-Z_][A-Z0-9_]{0,10}", fullmatch=True)


def optional(**fields):
    return st.fixed_dictionaries({}, optional=fields)


inputs = optional(
    description=text,
    isRequired=st.booleans(),
    isSecret=st.booleans(),
    default=text,
    choices=st.lists(text, max_size=3),
    format=st.sampled_from(["string", "number", "boolean", "filepath"]),
)
variables = st.builds(lambda name, rest: rest | {"name": name}, env_name, inputs)
arguments = st.builds(
    lambda head, rest: rest | head,
    st.sampled_from(
        [
            {"type": "positional", "valueHint": "it"},
            {"type": "positional", "value": "x"},
            {"type": "named", "name": "--a"},
        ]
    ),
    inputs,
)
packages = st.builds(
    lambda kind, rest: rest | {"registryType": kind, "identifier": "a", "version": "1", "transport": {"type": "stdio"}},
    st.sampled_from(["npm", "pypi", "nuget"]),
    optional(
        integrity=st.sampled_from(["sha256-" + "a" * 64, "sha512-" + "A" * 86 + "=="]),
        packageArguments=st.lists(arguments, max_size=3),
        environmentVariables=st.lists(variables, max_size=3),
        runtimeHint=st.sampled_from(["npx", "uvx"]),
    ),
)
remotes = st.builds(
    lambda kind, headers: {"type": kind, "url": "https://a.example/{x}", "headers": headers, "variables": {"x": {}}},
    st.sampled_from(["sse", "streamable-http"]),
    st.lists(st.builds(lambda one: one | {"name": "X-" + one["name"]}, variables), max_size=2),
)
documents = st.builds(
    lambda head, rest: rest | head,
    st.fixed_dictionaries(
        {
            "id": st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}[a-z0-9]", fullmatch=True),
            "name": st.just("io.github.a/b"),
            "title": text,
            "description": text,
            "version": st.just("1.0.0"),
            "published": st.just("2026-11-21"),
            "license": st.just("MIT"),
            "maintainers": st.just(["a"]),
            "categories": st.just(["web"]),
            "packages": st.lists(packages, min_size=1, max_size=3),
        }
    ),
    optional(
        remotes=st.lists(remotes, min_size=1, max_size=2),
        tags=st.lists(st.just("tag"), max_size=2),
        documentation=text,
        status=st.sampled_from(["active", "deprecated", "withdrawn"]),
        websiteUrl=st.just("https://a.example"),
        module=st.just({"path": "a.b", "entrypoint": "c"}),
        openapi=st.just({"file": "a.yaml", "baseUrl": "https://a.example", "timeoutSeconds": 3}),
        smoke=st.just({"arguments": {"a": ["b"]}, "calls": [{"tool": "t", "arguments": {"x": [1, None]}}]}),
        permissions=st.sampled_from([{"network": ["a.example"]}, {"network": "any"}, {"filesystem": "arguments"}]),
        update=st.just({"from": "npm"}),
    ),
)


@given(documents)
def test_an_entry_survives_the_official_form_and_back(document):
    entry = Entry.model_validate(document)
    assert from_server(to_server(entry)) == entry


@given(documents)
def test_the_official_form_survives_too_byte_for_byte(document):
    server = to_server(Entry.model_validate(document))
    assert canonical_json(to_server(from_server(server))) == canonical_json(server)


def test_official_keys_stay_official_and_ours_travel_under_meta(entry, npm):
    server = to_server(entry("time", packages=[npm(integrity="sha256-" + "a" * 64), npm()], tags=["x"]))
    own = server["_meta"][META_KEY]
    assert server["name"] == "io.github.somebody/time"
    assert "integrity" not in server["packages"][0]
    assert own["integrity"] == ["sha256-" + "a" * 64, None]
    assert own["id"] == "time"
    assert own["tags"] == ["x"]
    assert {"id", "tags", "license"} & set(server) == set()


def test_nothing_is_added_that_the_publisher_did_not_say(entry):
    assert "status" not in to_server(entry())["_meta"][META_KEY]


@pytest.mark.parametrize("broken", [{}, {"_meta": {}}, {"_meta": {META_KEY: {"id": "time"}}}])
def test_somebody_elses_server_object_is_no_entry(broken):
    with pytest.raises((KeyError, ValidationError)):
        from_server(broken)


def test_hashes_that_do_not_match_the_packages_are_refused(entry, npm):
    server = to_server(entry(packages=[npm(integrity="sha256-" + "a" * 64), npm()]))
    server["packages"].pop()
    with pytest.raises(ValueError, match=r"shorter|longer"):
        from_server(server)
