import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Raw

from hub_launch.run.messages import (
    as_object,
    error,
    fields_of,
    is_misnumbered,
    notification,
    raw,
    read_message,
    request,
    response,
    text_of,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(), JSON)


@given(OBJECTS)
def test_what_is_passed_on_is_what_was_sent(result):
    text = json.dumps(result, ensure_ascii=False).encode(errors="surrogatepass")
    message = read_message(b'{"jsonrpc":"2.0","id":7,"result":' + text + b"}")
    if message:
        assert bytes(message.result) == text
        assert response("seven", message.result) == b'{"jsonrpc":"2.0","id":"seven","result":' + text + b"}"


def test_numbers_and_the_order_of_keys_stay_as_they_were():
    sent = b'{"z":123456789012345678901234567890,"a":1.0,"m":1E400}'
    assert bytes(as_object(fields_of(Raw(sent)))) == sent


@given(st.binary())
def test_no_bytes_crash_the_reader(line):
    read_message(line)
    is_misnumbered(line)


@given(JSON)
def test_a_request_is_numbered_by_a_text_or_a_whole_number(number):
    line = json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping"}).encode()
    assert is_misnumbered(line) == (not isinstance(number, str | int) or isinstance(number, bool))
    assert not is_misnumbered(json.dumps({"jsonrpc": "2.0", "id": number, "result": {}}).encode())


@pytest.mark.parametrize(
    "line",
    [
        None,
        b"",
        b"Server listening on stdio",
        b"[1]",
        b"null",
        b'{"jsonrpc":"2.0","id":1',
        b'{"id":1,"result":{}}',
        b'{"jsonrpc":"1.0","id":1,"result":{}}',
        b'{"jsonrpc":"2.0","id":1.5,"result":{}}',
        b'{"jsonrpc":"2.0","id":{},"result":{}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"a":"\xff"}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"a":tru}}',
        # Deeper than the stack; Python 3.14 counts bytes of it where others count a thousand calls.
        b'{"jsonrpc":"2.0","id":1,"result":' + b"[" * 2_000_000 + b"]" * 2_000_000 + b"}",
    ],
    ids=lambda line: repr(line)[:40],
)
def test_what_is_no_message_is_none(line):
    assert read_message(line) is None


def test_the_parts_of_a_message_are_told_apart_from_null():
    message = read_message(b'{"jsonrpc":"2.0","id":null,"method":"ping"}')
    assert message.id is None
    assert message.params is UNSET


@pytest.mark.parametrize("value", [b"[]", b"1", b"null", b'"x"', b"{"])
def test_what_is_no_object_has_no_fields(value):
    assert fields_of(Raw(value)) is None


def test_parameters_that_are_left_out_are_an_empty_object():
    assert fields_of(UNSET) == {}


@pytest.mark.parametrize("value", [None, Raw(b"1"), Raw(b"{}"), Raw(b'"')])
def test_what_is_no_text_is_none(value):
    assert text_of(value) is None


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_is_read_back(text):
    assert text_of(raw(text)) == text


def test_what_is_sent_is_json_rpc_and_lines_to_a_child_end():
    assert json.loads(request(1, "a", raw({}))) == {"jsonrpc": "2.0", "id": 1, "method": "a", "params": {}}
    assert request(1, "a", raw({})).endswith(b"}\n")
    assert notification("a", raw({})).endswith(b"}\n")
    assert json.loads(error("x", raw({"code": 1}))) == {"jsonrpc": "2.0", "id": "x", "error": {"code": 1}}
