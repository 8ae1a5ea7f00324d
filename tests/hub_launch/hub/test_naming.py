import pytest

from hub_launch.hub.naming import split_name, tool_name, uri_name


def test_a_tools_name_splits_one_way_only():
    assert tool_name("b-b", "get_it") == "b-b_get_it"
    assert split_name("b-b_get_it") == ("b-b", "get_it")


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("data://here/x", "data://aa/here/x"),
        ("file:///tmp/{a}", "file://aa//tmp/{a}"),
        ("mailto:x", "mailto:x"),
        ("a://b\nc", "a://aa/b\nc"),
    ],
)
def test_addresses_are_named_as_fastmcp_names_them(uri, named):
    assert uri_name("aa", uri) == named
