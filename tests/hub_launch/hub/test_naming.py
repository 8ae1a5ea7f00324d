import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.hub.naming import MAX_NAME, prefix_of, split_name, split_uri, tool_name, uri_name

IDS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}[a-z0-9]", fullmatch=True)


def test_a_tools_name_splits_one_way_only():
    assert tool_name("b-b", "get_it") == "b-b_get_it"
    assert split_name("b-b_get_it") == ("b-b", "get_it")


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("x" * 61, f"aa_{'x' * 61}"),
        ("x" * 62, f"aa_{'x' * 52}_21210f96"),
        ("get.it", "aa_get_it_6ed80c13"),
        ("get/it", "aa_get_it_4ee187c1"),
        ("gét", "aa_g_t_50c28e21"),
    ],
)
def test_a_name_that_clients_do_not_take_is_cut_or_spelt_in_their_letters(name, named):
    assert tool_name("aa", name) == named


@given(IDS, st.text(min_size=1, max_size=200))
def test_every_name_is_one_that_clients_take_and_says_whose_it_is(server, name):
    named = tool_name(server, name)
    assert re.fullmatch(r"[a-zA-Z0-9_-]+", named)
    assert len(named) <= MAX_NAME
    assert split_name(named)[0] == prefix_of(server)


@given(IDS)
def test_a_cut_id_is_nobodys_id(server):
    assert prefix_of(server) == server or not re.fullmatch(r"[a-z0-9-]+", prefix_of(server))
    assert len(prefix_of(server)) <= 40


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("data://here/x", "data://aa/here/x"),
        ("file:///tmp/{a}", "file://aa//tmp/{a}"),
        ("mailto:x", "mailto:x"),
        ("a://b\nc", "a://aa/b\nc"),
        ("a://", "a://aa/"),
    ],
)
def test_addresses_are_named_as_fastmcp_names_them_and_back(uri, named):
    assert uri_name("aa", uri) == named
    assert split_uri(named) == (("aa", uri) if "://" in uri else ("", uri))
