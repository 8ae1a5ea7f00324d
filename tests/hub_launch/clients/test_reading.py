"""Servers of editors' files are read as hub.yaml has them, and no secret comes along."""

import json
from pathlib import Path

import pytest

from hub_launch.clients.reading import servers_in
from hub_launch.errors import HubError

SAMPLES = Path(__file__).parents[2] / "examples/clients"


NPX = {"command": "npx"}
SERVERS = {
    "claude-code.json": {},
    "claude-desktop.json": {
        "filesystem": NPX | {"args": ["-y", "@modelcontextprotocol/server-filesystem", "/Users/me/Desktop"]}
    },
    "cline.json": {"a": NPX},
    "codex.toml": {"docs": NPX | {"args": ["-y", "docs-mcp"]}},
    "cursor.json": {},
    "gemini-cli.json": {},
    # What is built into Goose is no server.
    "goose.yaml": {"developer": {}, "memory": {"command": "uvx"}},
    "jetbrains.json": {"x": {"command": "y"}},
    "vscode.json": {"github": {"url": "https://api.githubcopilot.com/mcp/"}},
    "windsurf.json": {"a": {"command": "b"}},
    "zed.json": {},
}


@pytest.fixture
def listed(tmp_path):
    """The server of an mcp.json."""

    def read(**said):
        path = tmp_path / "mcp.json"
        path.write_text(json.dumps({"mcpServers": {"My Server": said}}))
        (one,) = servers_in(path)
        return one

    return read


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_clients_file_can_be_read(path):
    found = servers_in(path)
    assert {one.id: one.server for one in found} == SERVERS[path.name]
    assert all(one.server or one.problem for one in found)


def test_a_command_is_read_with_what_it_is_given(listed):
    one = listed(command="npx", args=["-y", "x", 3], env={"MODE": "fast"}, cwd="/srv")
    assert (one.name, one.id) == ("My Server", "my-server")
    assert one.server == {"command": "npx", "args": ["-y", "x", "3"], "env": {"MODE": "fast"}, "cwd": "/srv"}
    assert one.missing == ()


@pytest.mark.parametrize(
    ("said", "server", "missing"),
    [
        ({"env": {"API_KEY": "hush"}}, {"env": {"API_KEY": "${API_KEY}"}}, ("API_KEY",)),
        ({"args": ["--api-key", "hush"]}, {"args": ["--api-key", "${API_KEY}"]}, ("API_KEY",)),
        ({"args": ["--token=hush"]}, {"args": ["--token=${TOKEN}"]}, ("TOKEN",)),
        ({"env": {"TOKEN": "${env:MINE}"}}, {"env": {"TOKEN": "${MINE}"}}, ("MINE",)),
        ({"env": {"A": "${input:my-key}"}}, {"env": {"A": "${MY_KEY}"}}, ("MY_KEY",)),
        ({"env": {"TOKEN": "${MINE:-none}"}}, {"env": {"TOKEN": "${MINE:-none}"}}, ()),
        ({"args": ["${a b}"]}, {"args": ["$${a b}"]}, ()),
    ],
)
def test_secrets_and_what_the_editor_fills_in_become_variables(listed, said, server, missing):
    one = listed(command="x", **said)
    assert one.server == {"command": "x"} | server
    assert one.missing == missing
    assert "hush" not in repr(one)


def test_an_address_is_read_without_the_secrets_in_its_headers_and_query(listed):
    one = listed(type="sse", url="https://x.example/a?key=1&apiKey=hush", headers={"Authorization": "hush", "X-A": "b"})
    assert one.server == {
        "url": "https://x.example/a?key=1&apiKey=${MY_SERVER_APIKEY}",
        "transport": "sse",
        "headers": {"Authorization": "${MY_SERVER_AUTHORIZATION}", "X-A": "b"},
    }
    assert one.missing == ("MY_SERVER_APIKEY", "MY_SERVER_AUTHORIZATION")


@pytest.mark.parametrize("said", [{}, {"url": "ftp://x"}, {"command": 3}])
def test_what_could_not_be_started_is_said(listed, said):
    assert "neither a command nor" in listed(**said).problem


@pytest.mark.parametrize("text", ['{"other": {}}', '{"mcpServers": 3}', ""])
def test_a_file_may_have_no_servers(tmp_path, text):
    path = tmp_path / "mcp.json"
    path.write_text(text)
    assert servers_in(path) == []


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\x00"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, text):
    path = tmp_path / "mcp.json"
    path.write_text(text)
    with pytest.raises(HubError, match=r"mcp\.json cannot be read"):
        servers_in(path)


# The seed form


SEEDS = Path(__file__).parents[2] / "examples/convert/seed"


def test_packages_of_a_servers_yaml_become_commands_and_apis_are_named():
    files, *apis = servers_in(SEEDS / "packages-and-openapi/source.yaml")
    assert files.server == {
        "command": "npx",
        "args": ["-y", "@example/files@2.0.1", "--verbose", "${FOLDER}"],
        "env": {"LOG_LEVEL": "info", "FILES_TOKEN": "${FILES_TOKEN}"},
    }
    assert files.missing == ("FOLDER",)
    assert all("hub-build import" in one.problem for one in apis)


def test_a_servers_yaml_may_be_a_list_or_by_name():
    listed = servers_in(SEEDS / "auth-beside/source.yaml")
    assert [(one.id, one.server.get("url")) for one in listed] == [
        ("orders", None),
        ("search", "https://search.example.com/sse"),
        ("", None),
    ]
    assert [one.id for one in servers_in(SEEDS / "older/source.yaml")] == ["petstore"]


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ({"registry_name": "pypi", "package": "x", "version": "1.0"}, ["uvx", "x==1.0"]),
        ({"registry_type": "npm", "identifier": "x"}, ["npx", "-y", "x"]),
        ({"type": "docker", "package": "x:1"}, ["docker", "run", "--interactive", "--rm", "x:1"]),
        (
            {"type": "npx", "package": "x", "args": [{"type": "named", "name": "-a", "value": 1}, {"value_hint": "b"}]},
            ["npx", "-y", "x", "-a", "1"],
        ),
    ],
)
def test_each_kind_of_package_has_its_runner(listed, said, command):
    server = listed(**said).server
    assert [server["command"], *server["args"]] == command
