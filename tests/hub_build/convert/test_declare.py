import copy

import pytest

from hub_build.convert.declare import declared


def remote(header, **changes):
    return {"remotes": [{"type": "sse", "url": "https://example.com/sse", "headers": [header]} | changes]}


def test_a_variable_that_a_value_names_is_declared_and_is_as_secret_as_its_header():
    notes = []
    document = remote({"name": "Authorization", "value": "Bearer {user_key}", "isSecret": True})
    before = copy.deepcopy(document)
    (header,) = declared(document, notes)["remotes"][0]["headers"]
    assert header["variables"] == {"user_key": {"isRequired": True, "isSecret": True}}
    assert [note.field for note in notes] == ["remotes.0.headers.0.variables.user_key"]
    assert document == before


def test_what_is_declared_stays_as_it_is():
    notes = []
    header = {"name": "X-Region", "value": "{region}", "variables": {"region": {"default": "eu"}}}
    assert declared(remote(header), notes) == remote(header)
    assert notes == []


def test_variables_of_an_address_are_declared():
    document = declared(remote({"name": "X-A", "value": "b"}, url="https://{tenant}.example.com/mcp"), [])
    assert document["remotes"][0]["variables"] == {"tenant": {"isRequired": True}}


@pytest.mark.parametrize(
    ("given", "marked"),
    [
        ({"name": "API_KEY"}, True),
        ({"name": "API_KEY", "isSecret": False}, False),
        ({"name": "API_KEY", "format": "filepath"}, False),
        ({"name": "API_KEY", "value": "public"}, False),
        ({"name": "TOKEN_LIMIT"}, False),
        ({"type": "named", "name": "--api-key"}, True),
        ({"type": "positional", "valueHint": "token"}, True),
    ],
)
def test_what_is_called_like_a_credential_is_marked(given, marked):
    notes = []
    document = {"packages": [{"packageArguments": [given]}]}
    (one,) = declared(document, notes)["packages"][0]["packageArguments"]
    assert (one.get("isSecret") is True) == marked == bool(notes)


@pytest.mark.parametrize("value", [None, 5, "x", [], [5], [{"headers": 5, "transport": []}], [{"headers": [[], {}]}]])
def test_wrong_types_are_left_to_the_contract(value):
    assert declared({"packages": value, "remotes": value}, []) == {"packages": value, "remotes": value}
