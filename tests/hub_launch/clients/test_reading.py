"""Servers of editors' files are read as hub.yaml has them, and no secret comes along."""

import json
from pathlib import Path

import pytest

from hub_launch.clients.reading import INSIDE, servers_in
from hub_launch.errors import HubError

SAMPLES = Path(__file__).parents[2] / "examples/clients"


NPX = {"command": "npx"}
OFF = {"enabled": False}
FILES = "@modelcontextprotocol/server-filesystem"
GITHUB = NPX | {"args": ["-y", "@modelcontextprotocol/server-github"]}
SERVERS = {
    "claude-code.json": {
        "notes": {"url": "https://notes.example.com/mcp"},
        "browser": NPX | {"args": ["chrome-devtools-mcp@1.2.0"], "cwd": "/home/me/work"} | OFF,
    },
    "claude-desktop.json": {"filesystem": NPX | {"args": ["-y", FILES, "/Users/me/Desktop"]}},
    "cline.json": {
        "files": NPX | {"args": ["-y", FILES, "/Users/me/Desktop"]},
        "older": {"command": "uvx", "args": ["mcp-server-sqlite", "--db-path", "test.db"]} | OFF,
        "remote": {"url": "https://search.example.com/mcp"},
    },
    "codex.toml": {
        "docs": NPX | {"args": ["-y", "docs-mcp"], "env": {"DOCS_TOKEN": "${DOCS_TOKEN}"}},
        "my-files": NPX | {"args": ["-y", FILES, "/srv"]} | OFF,
        "remote": {"url": "https://search.example.com/mcp", "headers": {"Authorization": "Bearer ${SEARCH_TOKEN}"}},
    },
    "cursor.json": {
        "postgres": NPX
        | {"args": ["-y", "@example/postgres-mcp"], "env": {"DATABASE_PASSWORD": "${DATABASE_PASSWORD}"}},
        "linear": {"url": "https://mcp.linear.app/mcp"},
    },
    "devin.json": {
        "github": GITHUB | {"env": {"GITHUB_TOKEN": "${GITHUB_TOKEN}"}},
        "notion": {"url": "https://mcp.notion.com/mcp"} | OFF,
    },
    "gemini-cli.json": {
        "x": {"command": "echo", "args": ["hi"]},
        "y": {"url": "http://127.0.0.1:8080/mcp"},
        "off": {"url": "https://off.example.com/mcp"} | OFF,
    },
    # What is built into Goose is no server, and neither is what an extension brings to Zed.
    "goose.yaml": {
        "developer": {},
        "memory": {"command": "uvx"} | OFF,
        "supabase": {"url": "https://mcp.supabase.com/mcp", "headers": {"Authorization": "${SUPABASE_AUTHORIZATION}"}},
    },
    "jetbrains.json": {
        "filesystem": NPX | {"args": ["-y", FILES, "."]},
        "context7": {
            "url": "https://mcp.context7.com/mcp",
            "headers": {"CONTEXT7_API_KEY": "${CONTEXT7_CONTEXT7_API_KEY}"},
        },
    },
    "vscode.json": {"github": {"url": "https://api.githubcopilot.com/mcp/"}},
    "windsurf.json": {
        "github": GITHUB | {"env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "${GITHUB_TOKEN}"}} | OFF,
        "figma": {"url": "http://127.0.0.1:3845/sse", "transport": "sse"},
    },
    "zed.json": {
        "mcp-server-github": {},
        "hexdocs": NPX | {"args": ["-y", "hexdocs-mcp@0.5.0"]} | OFF,
        "older": {"command": "uvx", "args": ["mcp-server-time"]},
    },
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
    assert [one.problem for one in found if not one.server] == [INSIDE for one in found if not one.server]
    assert "hush" not in repr(found)


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


@pytest.mark.parametrize("said", [{"disabled": True}, {"enabled": False}])
def test_what_is_disabled_there_is_disabled_here(listed, said):
    assert listed(command="x", **said).server == {"command": "x", "enabled": False}
    assert listed(command="x", disabled=False, enabled=True).server == {"command": "x"}


def test_servers_of_several_projects_are_told_apart_by_their_folders(tmp_path):
    path = tmp_path / ".claude.json"
    work = {"mcpServers": {"a": {"command": "x"}, "mcp-hub": {"command": "hub-launch"}}}
    play = {"mcpServers": {"a": {"command": "x", "cwd": "/srv"}}, "disabledMcpServers": ["other"]}
    path.write_text(json.dumps({"projects": {"/home/me/work": work, "/home/me/play": play, "/empty": {}}}))
    assert [(one.name, one.id, one.project, one.server["cwd"]) for one in servers_in(path)] == [
        ("a", "a", "/home/me/work", "/home/me/work"),
        ("a", "play-a", "/home/me/play", "/srv"),
    ]


@pytest.mark.parametrize(
    "projects", [3, [], {"/a": 3}, {"/a": {"mcpServers": 3}}, {"/a": {"mcpServers": {"b": 3}, "disabledMcpServers": 3}}]
)
def test_projects_of_any_form_are_no_defect(tmp_path, projects):
    path = tmp_path / ".claude.json"
    path.write_text(json.dumps({"projects": projects, "mcp": projects}))
    assert all(one.problem for one in servers_in(path))


@pytest.mark.parametrize("said", [{}, {"url": "ftp://x"}, {"command": 3}])
def test_what_could_not_be_started_is_said(listed, said):
    assert "neither a command nor" in listed(**said).problem


@pytest.mark.parametrize("text", ['{"other": {}}', '{"mcpServers": 3}', "", "3"])
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
