"""Which tools are shown, under which names, and what is said of patterns that mean nothing."""

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.run.messages import raw
from hub_launch.run.offer import Definition, Offer
from hub_launch.run.selection import SHOW_ALL, Selection, check_servers, selection_of


def tool(name, **more):
    return Definition(name, raw({"name": name, "inputSchema": {"type": "object"}, **more}))


FILES = Offer(tools=(tool("read_file"), tool("read_tree"), tool("write_file")), prompts=(tool("read_me"),))


def names(selection, offer=FILES, server="files", tags=frozenset({"local"})):
    return [one.name for one in selection.visible(server, tags, offer).tools]


@pytest.mark.parametrize(
    ("selection", "shown"),
    [
        (Selection(), ["read_file", "read_tree", "write_file"]),
        (Selection(only=("files.read_*",)), ["read_file", "read_tree"]),
        (Selection(only=("files.read_tree", "files.write_*")), ["read_tree", "write_file"]),
        (Selection(only=("f*.*_file",)), ["read_file", "write_file"]),
        (Selection(only=("other.*",)), []),
        (Selection(hide=("files.write_*", "other.*")), ["read_file", "read_tree"]),
        (Selection(only=("files.read_*",), hide=("*.read_file",)), ["read_tree"]),
        (Selection(only=("files.READ_*",)), []),
        (Selection(only=("tag:local",)), ["read_file", "read_tree", "write_file"]),
        (Selection(only=("tag:web",)), []),
        (Selection(hide=("tag:lo*",)), []),
        (Selection(only_of={"files": ("read_*", "x")}), ["read_file", "read_tree"]),
        (Selection(only_of={"other": ("x",)}), ["read_file", "read_tree", "write_file"]),
        (Selection(only=("files.*_file",), only_of={"files": ("read_*",)}), ["read_file"]),
    ],
)
def test_patterns(selection, shown):
    assert names(selection) == shown


def test_a_servers_tags_and_those_of_one_tool_are_alike():
    offer = Offer(
        tools=(tool("a", _meta={"fastmcp": {"tags": ["danger"]}}), tool("b", _meta={"fastmcp": 1}), tool("c"))
    )
    assert names(Selection(hide=("tag:danger",)), offer) == ["b", "c"]
    assert names(Selection(only=("tag:danger",)), offer) == ["a"]


def test_only_tools_are_filtered():
    assert Selection(only=("none.*",)).visible("files", frozenset(), FILES).prompts == FILES.prompts


def test_without_a_filter_an_offer_stays_itself():
    assert SHOW_ALL.visible("files", frozenset(), FILES) is FILES
    assert Selection(hide=("other.*",)).visible("files", frozenset(), FILES) is FILES


def test_a_tool_gets_another_name_unless_that_is_taken():
    chosen = Selection(renames={"files.read_file": "read", "files.read_tree": "write_file", "other.write_file": "x"})
    renamed = chosen.names("files", ["read_file", "read_tree", "write_file"])
    assert renamed == {"read_file": "read", "read_tree": "read_tree", "write_file": "write_file"}


def test_of_two_that_are_to_have_one_name_the_first_gets_it():
    chosen = Selection(renames={"files.a": "x", "files.b": "x"})
    assert chosen.names("files", ["a", "b"]) == {"a": "x", "b": "b"}


def test_what_has_no_effect_is_known_once_the_tools_are():
    chosen = Selection(
        only=("files.read_*", "files.raed_*"),
        hide=("tag:none", "files.write_*"),
        renames={"files.read_file": "read", "files.read_tree": "read_file", "files.nothing": "y"},
    )
    assert chosen.unmatched([("files", frozenset(), FILES)]) == [
        "--only files.raed_*",
        "--hide tag:none",
        "--rename files.read_tree=read_file",
        "--rename files.nothing=y",
    ]


@pytest.mark.parametrize("pattern", ["files", ".read", "files.", "", "tag:"])
def test_a_pattern_that_cannot_be_meant_is_refused(pattern):
    with pytest.raises(HubError, match="no pattern of tools") as refused:
        Selection(hide=(pattern,))
    assert refused.value.code == ExitCode.USAGE


@pytest.mark.parametrize("rename", ["files.read_file", "read=x", "files.read_file=", "files.read_file=a b", "files.=x"])
def test_a_rename_that_cannot_be_meant_is_refused(rename):
    with pytest.raises(HubError, match="rename") as refused:
        selection_of([], [], [rename], "auto", 40)
    assert refused.value.code == ExitCode.USAGE


def test_a_pattern_of_no_server_that_is_started_is_a_slip_of_the_pen():
    servers = {"files": frozenset({"local"}), "time": frozenset()}
    check_servers(Selection(only=("f*.*", "tag:local"), renames={"time.now": "what"}), servers)
    with pytest.raises(HubError, match="flies") as refused:
        check_servers(Selection(hide=("flies.*",)), servers)
    assert "files, time" in refused.value.hint
