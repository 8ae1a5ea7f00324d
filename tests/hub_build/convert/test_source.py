import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_build.convert import FORMATS, Defaults, Ids, detected, imported
from hub_build.convert.source import MAX_DEPTH, MAX_JSON_VALUES, MAX_YAML_BYTES, read_document, told_briefly
from hub_build.convert.store import Store, Wishes
from hub_launch.judge.registry import Registry

NOWHERE = Store(Path("nowhere/servers"), Registry())

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "servers server name version packages remotes type url image about meta source run config env "
                "secrets parameters properties mcpServers command args headers installations arguments "
                "openapi_config route_maps routing_rules auth_config registry_name package package_arguments "
                "description tags categories repository remote_servers env_vars permissions network outbound "
                "allow_host custom_metadata _meta isLatest $schema identifier registryType transport "
                "environmentVariables variables value icons src title id".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(
    st.dictionaries(st.sampled_from(["servers", "mcpServers", "remote_servers", "x", "server"]), junk, max_size=3)
    | junk
)
def test_no_document_makes_a_conversion_fail(document):
    if not isinstance(document, dict):
        document = {"servers": document}
    detected(document)
    for form in FORMATS:
        servers = list(imported(document, form, Defaults(), Ids()))
        assert all(one.document is not None or one.refusals for one in servers)
        for one in NOWHERE.judged(servers, Wishes(drafts=True, versions=True)):
            assert one.path is None or one.path.resolve().is_relative_to(NOWHERE.folder.parent.resolve())


def document_of(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_document(path, name)


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("x.json", "{", "syntax"),
        ("x.json", "", "syntax"),
        ("x.json", '{"a": NaN}', "syntax"),
        ("x.json", '{"a": ' + "9" * 5000 + "}", "syntax"),
        ("x.json", "[" * 100_000, "syntax"),
        ("x.json", '{"a":' * 200 + "1" + "}" * 200, "too-deep"),
        ("x.json", "[" + "0," * MAX_JSON_VALUES + "0]", "too-many"),
        ("x.json", "5", "root"),
        ("x.json", b"\xff\xfe{\x00}\x00", "encoding"),
        ("x.json", b'{"a": "\xff"}', "encoding"),
        ("x.yaml", "a: [", "syntax"),
        ("x.yaml", "", "empty"),
        ("x.yaml", "a: &x [*x]", "anchor"),
        ("x.yaml", "a: 1\na: 2\n", "duplicate-key"),
        ("x.yaml", "a: " + "[" * 500, "too-deep"),
        ("x.yaml", "- 1\n- [\n", "syntax"),
        ("x.yaml", "#" * (MAX_YAML_BYTES + 1), "too-large"),
    ],
)
def test_broken_files_are_findings(tmp_path, name, data, rule):
    found = document_of(tmp_path, name, data)
    assert isinstance(found, tuple)
    assert rule in {finding.rule for finding in found}


def test_a_file_that_is_not_there_is_a_finding(tmp_path):
    assert read_document(tmp_path / "x.json", "x.json")[0].rule == "unreadable"


def test_lists_without_a_name_are_lists_of_servers(tmp_path):
    assert document_of(tmp_path, "x.json", "[1]") == {"servers": [1]}
    assert document_of(tmp_path, "x.yaml", "- name: x\n  registry_name: npm\n") == {
        "servers": [{"name": "x", "registry_name": "npm"}]
    }


@pytest.mark.parametrize("start", ["", "---\n", "# why\n\n---\n"])
def test_a_list_without_a_name_keeps_its_lines(tmp_path, start):
    findings = document_of(tmp_path, "x.yaml", f"{start}- name: x\n- name: [\n")
    assert told_briefly(findings).startswith(f"line {start.count(chr(10)) + 3}: not YAML")


def test_versions_of_yaml_keep_their_zeros(tmp_path):
    assert document_of(tmp_path, "x.yaml", "a: 1.10\nb: 1.5\nc: 007\nd: 2026-01-02\ne: yes\nf: 3\n") == {
        "a": "1.10",
        "b": 1.5,
        "c": "007",
        "d": "2026-01-02",
        "e": "yes",
        "f": 3,
    }


def test_the_depth_that_is_allowed_is_read(tmp_path):
    text = '{"a":' * (MAX_DEPTH - 1) + "{}" + "}" * (MAX_DEPTH - 1)
    assert document_of(tmp_path, "x.json", text) == json.loads(text)
