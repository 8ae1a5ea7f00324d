import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub_launch.catalog import Index, canonical_json
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.contents import parse_index


def refusal(function, *args):
    with pytest.raises(HubError) as caught:
        function(*args)
    return caught.value


GOOD = {"schemaVersion": 1, "title": "T", "count": 0, "servers": []}


def test_an_index_is_parsed():
    assert parse_index(canonical_json(GOOD), "here") == Index(schema_version=1, title="T", count=0, servers=())


def test_a_newer_index_is_refused_with_what_to_do():
    error = refusal(parse_index, canonical_json(GOOD | {"schemaVersion": 7, "anything": "new"}), "here")
    assert error.message == "here/index.json has schema version 7; this launcher reads up to 1"
    assert "pip install --upgrade" in error.hint
    assert error.code == ExitCode.REGISTRY


def test_an_incomplete_index_is_refused():
    error = refusal(parse_index, canonical_json(GOOD | {"count": 3}), "here")
    assert error.message == "here/index.json promises 3 servers and lists 0"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<!doctype html>", "is not JSON"),
        (b"", "is not JSON"),
        (b'{"schemaVersion": 1', "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[]", "is not a registry index"),
        (b"{}", "schemaVersion: Field required"),
        (canonical_json(GOOD | {"extra": 1}), "extra: Extra inputs are not permitted"),
        (canonical_json(GOOD | {"servers": [{}]}), "servers.0.id: Field required"),
    ],
    ids=["html", "empty", "truncated", "deep", "binary", "list", "object", "unknown key", "bad row"],
)
def test_what_is_no_index_is_refused_with_the_reason(data, said):
    error = refusal(parse_index, data, "https://r.example")
    assert error.code == ExitCode.REGISTRY
    assert said in error.message
    assert error.message.startswith("https://r.example/index.json ")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "schemaVersion": JSON | st.just(1),
        "title": JSON,
        "count": JSON | st.just(0),
        "servers": JSON | st.just([]),
    },
)


@given(st.binary() | (JSON | NEARLY).map(lambda value: json.dumps(value).encode()))
@example(b'{"schemaVersion": 1, "title": "\\ud800", "count": 0, "servers": []}')
@example(b'{"schemaVersion": 1, "title": "", "count": 0, "servers": [], "\\ud800": 1}')
@example(b'{"schemaVersion": ' + b"9" * 5000 + b"}")
@example(b'{"schemaVersion": 1e999}')
@example(b"NaN")
def test_no_bytes_at_all_do_more_than_be_refused(data):
    try:
        assert isinstance(parse_index(data, "here"), Index)
    except HubError as error:
        assert error.code == ExitCode.REGISTRY  # noqa: PT017  # either outcome is right
