import json

import pytest

from hub_launch.hub.results import in_era, named
from hub_launch.run.messages import fields_of, raw

LINK = {"type": "resource_link", "uri": "docs://a", "name": "a"}
EMBEDDED = {"type": "resource", "resource": {"uri": "docs://a", "text": "x"}}
TEXT = {"type": "text", "text": 'a "resource" docs://a'}


def renamed(method, result):
    fields = named(method, fields_of(raw(result)), lambda uri: uri.upper())
    return {key: json.loads(bytes(value)) for key, value in fields.items()}


def test_links_in_a_tools_result_are_such_as_the_client_can_follow():
    result = renamed("tools/call", {"content": [TEXT, LINK, EMBEDDED], "structuredContent": {"uri": "docs://a"}})
    assert [one.get("uri") or one.get("resource", {}).get("uri") for one in result["content"]] == [
        None,
        "DOCS://A",
        "DOCS://A",
    ]
    assert result["content"][0] == TEXT
    assert result["structuredContent"] == {"uri": "docs://a"}


def test_links_in_a_prompt_too():
    result = renamed("prompts/get", {"messages": [{"role": "user", "content": one} for one in (TEXT, EMBEDDED)]})
    assert [one["content"] for one in result["messages"]] == [
        TEXT,
        {"type": "resource", "resource": {"uri": "DOCS://A", "text": "x"}},
    ]


@pytest.mark.parametrize("result", [{"contents": 3}, {"contents": [{"uri": 3}]}, {"contents": [1]}, {}])
def test_what_is_wrong_is_left_as_it_is(result):
    assert renamed("resources/read", result) == result


@pytest.mark.parametrize(
    ("modern", "given", "wanted"),
    [
        (True, {"a": 1}, {"a": 1, "resultType": "complete", "ttlMs": 0, "cacheScope": "private"}),
        (True, {"resultType": "input_required"}, {"resultType": "input_required"}),
        (False, {"a": 1, "resultType": "complete", "ttlMs": 5, "cacheScope": "public"}, {"a": 1}),
    ],
)
def test_each_version_of_the_protocol_is_told_what_it_has(modern, given, wanted):
    assert json.loads(bytes(in_era("resources/read", fields_of(raw(given)), modern=modern))) == wanted
