"""An editor's servers, in hub.yaml."""

import json

import pytest
import yaml


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("A_TOKEN", raising=False)


@pytest.fixture
def mcp_json(tmp_path):
    def write(**servers):
        (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": servers}))

    return write


def test_all_are_written_and_shown_without_secrets(cli, mcp_json, tmp_path):
    mcp_json(a={"command": "x", "env": {"A_TOKEN": "hush"}}, b={"url": "http://127.0.0.1:1/mcp"})
    ran = cli("import", "mcp.json", "--yes")
    assert ran.code == 0, ran.err
    assert yaml.safe_load((tmp_path / "hub.yaml").read_text()) == {
        "servers": {
            "a": {"command": "x", "env": {"A_TOKEN": "${A_TOKEN}"}},
            "b": {"url": "http://127.0.0.1:1/mcp"},
        }
    }
    assert "a needs A_TOKEN: set them" in ran.err
    assert "hush" not in ran.err + ran.out


def test_some_are_taken_by_name_and_what_cannot_be_started_is_left_out(cli, mcp_json, tmp_path):
    mcp_json(a={"command": "x"}, b={}, c={"command": "y"})
    assert cli("import", "mcp.json", "a", "--yes", "-c", "other.toml").code == 0
    assert (tmp_path / "other.toml").read_text() == '[servers.a]\ncommand = "x"\n'
    ran = cli("import", "mcp.json", "b", "c", "--yes", "-c", "other.toml")
    assert (ran.code, "b is left out: it has neither" in ran.err) == (1, True)
    assert "[servers.c]" in (tmp_path / "other.toml").read_text()
    assert cli("import", "mcp.json", "z").code == 2


def test_what_is_disabled_there_is_disabled_here_and_shown_as_such(cli, mcp_json, tmp_path):
    mcp_json(a={"command": "x", "disabled": True})
    ran = cli("import", "mcp.json", "--yes")
    assert "  a: x\n    disabled, as it was there\n" in ran.err
    assert (tmp_path / "hub.yaml").read_text().endswith("  a:\n    command: x\n    enabled: false\n")


def test_servers_of_projects_are_taken_by_their_ids(cli, tmp_path):
    projects = {"/work": {"mcpServers": {"a": {"command": "x"}}}, "/play": {"mcpServers": {"a": {"command": "y"}}}}
    (tmp_path / ".claude.json").write_text(json.dumps({"projects": projects}))
    assert cli("import", ".claude.json", "play-a", "--yes", "-c", "other.toml").code == 0
    assert (tmp_path / "other.toml").read_text() == '[servers.play-a]\ncommand = "y"\ncwd = "/play"\n'


def test_two_of_the_same_id_are_refused(cli, mcp_json, tmp_path):
    mcp_json(**{"a b": {"command": "x"}, "a-b": {"command": "y"}})
    ran = cli("import", "mcp.json", "--yes")
    assert (ran.code, "several servers would be called a-b" in ran.err) == (2, True)
    assert not (tmp_path / "hub.yaml").exists()


def test_a_file_without_servers_is_refused(cli, tmp_path):
    (tmp_path / "mcp.json").write_text('{"other": 1}')
    ran = cli("import", "mcp.json")
    assert (ran.code, "mcp.json has no servers" in ran.err) == (2, True)
