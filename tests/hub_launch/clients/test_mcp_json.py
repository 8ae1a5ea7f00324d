import json
import os
from pathlib import Path

import pytest

from hub_launch.clients.mcp_json import read_mcp_json, server_id
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import HttpLaunch


@pytest.fixture
def file(tmp_path):
    """Writes an mcp.json, and returns its path."""

    def write(content):
        path = tmp_path / "mcp.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


@pytest.fixture
def one(file):
    """The launch of one server's configuration."""

    def read(config, name="mine"):
        (launch,) = read_mcp_json(file({"mcpServers": {name: config}}))
        return launch

    return read


@pytest.fixture
def refusal(file):
    """The error that a file's content leads to."""

    def read(content):
        path = file(content)
        with pytest.raises(HubError) as caught:
            read_mcp_json(path)
        assert caught.value.code == ExitCode.USAGE
        assert str(path) in caught.value.message
        return caught.value.message

    return read


@pytest.mark.parametrize("key", ["mcpServers", "servers"])
def test_servers_lie_under_the_key_of_most_editors_or_of_vs_code(file, key):
    (launch,) = read_mcp_json(file({key: {"a": {"command": "/bin/x"}}, "inputs": []}))
    assert launch.id == "a"


def test_an_empty_list_of_servers_is_fine(file):
    assert read_mcp_json(file({"mcpServers": {}})) == []


@pytest.mark.parametrize("flag", [{"disabled": True}, {"enabled": False}])
def test_what_is_disabled_there_is_not_started(file, flag):
    servers = {"a": {"command": "/bin/x", **flag}, "b": {"command": "/bin/y"}}
    assert [one.id for one in read_mcp_json(file({"mcpServers": servers}))] == ["b"]


def test_a_command_is_started_as_written_in_the_users_own_folder(one):
    launch = one({"command": "/bin/x", "args": ["-a", "b c"], "env": {"MODE": "1"}})
    assert launch.kind == "mcp.json"
    assert launch.argv == ("/bin/x", "-a", "b c")
    assert launch.env["MODE"] == "1"
    assert launch.declared == ("MODE",)
    assert launch.cwd == str(Path.cwd())


def test_a_working_folder_may_be_named(one, tmp_path):
    assert one({"command": "/bin/x", "cwd": str(tmp_path)}).cwd == str(tmp_path)


def test_a_command_without_a_path_is_found_on_path(one, tmp_path, monkeypatch):
    program = tmp_path / "some-server"
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert one({"command": "some-server"}).argv == (str(program),)


def test_a_command_that_is_not_there_fails_when_it_is_started_and_not_before(one):
    assert one({"command": "no-such-server"}).argv == ("no-such-server",)


def test_a_command_in_the_home_folder_may_be_written_with_a_tilde(one, monkeypatch):
    monkeypatch.setenv("HOME", "/home/user")
    assert one({"command": "~/bin/x"}).argv == ("/home/user/bin/x",)


def test_the_users_own_secrets_are_not_given_to_every_server(one, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    monkeypatch.setenv("npm_config_registry", "https://mirror")
    env = one({"command": "/bin/x"}).env
    assert "GITHUB_TOKEN" not in env
    assert env["npm_config_registry"] == "https://mirror"
    assert env["PATH"].endswith(os.environ["PATH"])


def test_values_long_enough_to_be_secrets_are_kept_out_of_logs(one):
    launch = one({"command": "/bin/x", "env": {"TOKEN": "hunter2-hunter2", "DEBUG": "1"}})
    assert launch.secrets == {"hunter2-hunter2"}
    assert "hunter2" not in repr(launch)


@pytest.mark.parametrize(
    ("config", "transport"),
    [
        ({"url": "https://a.example/mcp"}, "streamable-http"),
        ({"url": "https://a.example/sse"}, "sse"),
        ({"url": "https://a.example/sse/"}, "sse"),
        ({"url": "https://a.example/sse", "type": "http"}, "streamable-http"),
        ({"url": "https://a.example/mcp", "type": "sse"}, "sse"),
        ({"url": "http://localhost:1/x", "transport": "sse"}, "sse"),
        ({"url": "http://localhost:1/x", "type": "streamable-http"}, "streamable-http"),
    ],
)
def test_a_url_is_a_remote_of_the_kind_it_says_or_looks_like(one, config, transport):
    assert one(config) == HttpLaunch("mine", "mine", "mcp.json", transport, config["url"], own_network=True)


def test_headers_of_a_remote_are_sent_and_kept_secret(one):
    launch = one({"url": "https://a.example", "headers": {"Authorization": "Bearer hunter2"}})
    assert launch.headers == {"Authorization": "Bearer hunter2"}
    assert launch.secrets == {"Bearer hunter2"}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("time", "time"),
        ("My_Server 2", "my-server-2"),
        ("@scope/name.x", "scope-name-x"),
        ("--x--", "x"),
        ("a" * 80, "a" * 64),
        ("a" * 63 + "-b", "a" * 63),
    ],
)
def test_a_name_becomes_an_id(tmp_path, name, made):
    assert server_id(tmp_path, name) == made


def test_a_name_of_other_characters_alone_is_refused(refusal):
    assert "'日本' has a name without letters or digits" in refusal({"servers": {"日本": {"command": "x"}}})


def test_two_names_that_make_one_id_are_refused(refusal):
    message = refusal({"servers": {"My Server": {"command": "x"}, "my-server": {"command": "y"}}})
    assert "another server's name makes the same id 'my-server'" in message


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("npx", "is not an object"),
        (None, "is not an object"),
        ({}, "has neither a command nor a url"),
        ({"command": ""}, "has neither a command nor a url"),
        ({"command": ["npx"]}, "has neither a command nor a url"),
        ({"command": "npx", "args": "-y"}, "has args that are no list of strings"),
        ({"command": "npx", "args": [1]}, "has args that are no list of strings"),
        ({"command": "npx", "env": ["A=1"]}, "has env that is no object of strings"),
        ({"command": "npx", "env": {"A": 1}}, "has env that is no object of strings"),
        (
            {"command": "x", "cwd": "~nobody-of-that-name/x"},
            "has the path '~nobody-of-that-name/x', and no home",
        ),
        ({"command": "~nobody-of-that-name/x"}, "has the path '~nobody-of-that-name/x', and no home"),
        ({"url": "ftp://a"}, "has the url 'ftp://a', which is not http(s)"),
        ({"url": "https://a", "headers": {"A": None}}, "has headers that is no object of strings"),
    ],
)
def test_a_wrong_server_is_named_with_what_is_wrong(refusal, config, said):
    assert f"the server 'mine' {said}" in refusal({"mcpServers": {"good": {"command": "x"}, "mine": config}})


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "not json"])
def test_what_is_no_json_cannot_be_read(refusal, content):
    assert "cannot be read" in refusal(content)


@pytest.mark.parametrize("content", ["[]", "{}", "null", '{"mcpServers": []}', '{"mcpServers": "x"}'])
def test_what_is_no_mcp_json_has_no_servers(refusal, content):
    assert "has neither mcpServers nor servers" in refusal(content)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(HubError, match=r"nowhere\.json cannot be read") as caught:
        read_mcp_json(tmp_path / "nowhere.json")
    assert caught.value.code == ExitCode.USAGE


def test_a_file_without_end_is_not_read_to_its_end(tmp_path):
    with (tmp_path / "mcp.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(HubError, match="larger than 4,194,304 bytes"):
        read_mcp_json(tmp_path / "mcp.json")
