import json

import pytest
from mcp.shared.inbound import decode_header_value
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from hub_launch.run.envelope import MODERN, header_text, header_value, is_modern, modern_headers, version_in
from hub_launch.run.eras import LEGACY, for_server
from hub_launch.run.messages import fields_of, raw, with_progress_token


def test_the_eras_are_those_of_the_sdk():
    assert min(MODERN_PROTOCOL_VERSIONS) == MODERN
    assert [is_modern(version) for version in (None, "2024-11-05", "2025-11-25", MODERN)] == [False, False, False, True]


def test_a_request_says_what_it_is_written_in():
    assert version_in(fields_of(for_server(MODERN, {"name": raw("t")}))) == MODERN
    assert version_in(fields_of(for_server(LEGACY, {"name": raw("t")}))) is None


@pytest.mark.parametrize(
    ("method", "params", "named"),
    [
        ("tools/call", {"name": "t"}, b"t"),
        ("prompts/get", {"name": "p"}, b"p"),
        ("resources/read", {"uri": "file:///a"}, b"file:///a"),
        ("tools/list", {"name": "t"}, None),
        ("tools/call", {"name": 7}, None),
    ],
)
def test_headers_repeat_what_is_asked_for(method, params, named):
    headers = dict(modern_headers(method, fields_of(raw(params))))
    assert headers[b"mcp-method"] == method.encode()
    assert headers.get(b"mcp-name") == named


@pytest.mark.parametrize(
    "name", ["plain", "two words", " edge ", "wörd", "line\r\nbreak", "=?base64?eA==?=", "", "\x7f"]
)
def test_every_name_arrives_as_the_sdk_reads_it(name):
    value = header_value(name)
    assert b"\n" not in value
    assert decode_header_value(value.decode()) == header_text(value) == name


@pytest.mark.parametrize("value", [b"=?base64?broken?=", b"=?base64?/w==?=", b" edge"])
def test_a_name_that_nobody_writes_so_is_none(value):
    assert header_text(value) is None


def test_a_progress_token_is_put_beside_what_is_there():
    params = with_progress_token(raw({"name": "t", "_meta": {"progressToken": "theirs", "mine": 1}}), 7)
    assert json.loads(bytes(params)) == {"name": "t", "_meta": {"progressToken": 7, "mine": 1}}
