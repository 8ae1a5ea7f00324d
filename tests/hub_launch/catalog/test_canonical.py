import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.catalog import canonical_json, sha256_hex

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


def reordered(value):
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return [reordered(one) for one in value] if isinstance(value, list) else value


@given(JSON)
def test_the_order_of_keys_makes_no_difference(value):
    assert canonical_json(reordered(value)) == canonical_json(value)


@given(JSON)
def test_nothing_is_lost(value):
    assert json.loads(canonical_json(value)) == value


def test_it_is_as_short_as_json_can_be():
    assert canonical_json({"b": [1, 2], "a": "ä"}) == '{"a":"ä","b":[1,2]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_json_is_refused(value):
    with pytest.raises(ValueError, match="JSON"):
        canonical_json([value])


def test_a_hash_is_the_usual_sha256():
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
