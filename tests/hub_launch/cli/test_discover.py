"""What is on this machine is found, shown, and added to hub.yaml when the user agrees."""

import json

import pytest
import yaml

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Pet Shop", "version": "2"},
    "paths": {"/pets": {"get": {"operationId": "pets", "summary": "Pets"}}, "/health": {"get": {}}},
}


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A user without a container engine, whose Cursor has servers; the folder that they are in."""
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HUB_CONTAINER_ENGINE", "no-such-engine")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def cursor(tmp_path):
    """Writes the servers of Cursor."""

    def write(**servers):
        path = tmp_path / "home/.cursor/mcp.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"mcpServers": servers}))
        return path

    return write


def started(machine, served):
    """What a hub says that is what hub.yaml says."""
    hub = served("run", "--yes", cwd=machine)
    assert hub.address
    assert hub.end() == 0
    return hub.said


def configured(machine):
    return yaml.safe_load((machine / "hub.yaml").read_text())["servers"]


def test_servers_of_editors_are_found_with_the_command_that_adds_them(cli, cursor):
    path = cursor(notes={"command": "uvx", "args": ["notes", "--token", "hush-hush"], "env": {"A_KEY": "x", "B": "y"}})
    ran = cli("discover")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"notes  (editor, Cursor: {path})",
        "  is      uvx notes --token '${TOKEN}'",
        "  needs   TOKEN, whose values are not copied",
        f"  add it  hub-launch import {path} notes",
    ]
    assert "note: containers were not looked at: no-such-engine is not installed" in ran.err


def test_on_a_terminal_they_are_offered_and_paths_are_short(cli, cursor, machine, answers):
    cursor(notes={"command": "a"}, more={"command": "b"}, third={"command": "c"})
    answers("notes, more", "y")
    ran = cli("discover", tty=True, interactive=True)
    assert ran.code == 0, ran.err
    assert "notes  (editor, Cursor: ~/.cursor/mcp.json)" in ran.out
    assert "  add it  hub-launch import ~/.cursor/mcp.json notes" in ran.out
    assert "Add some of them? Their ids, `all`, or Enter for none: " in ran.err
    assert sorted(configured(machine)) == ["more", "notes"]
    answers("")
    assert cli("discover", tty=True, interactive=True).code == 0
    answers("nobody")
    assert cli("discover", tty=True, interactive=True).code == 2


def test_the_hub_itself_is_not_found_and_a_broken_file_is_a_note(cli, cursor, machine):
    cursor(**{"mcp-hub": {"command": "hub-launch"}})
    (machine / ".mcp.json").write_text("{")
    ran = cli("discover", "--format", "json")
    assert (ran.code, ran.json) == (0, [])
    assert f"note: Claude Code: {machine}/.mcp.json cannot be read" in ran.err


def test_the_same_server_of_two_editors_is_found_once_and_another_has_another_id(cli, cursor, machine):
    cursor(notes={"command": "a"}, more={"command": "b"})
    (machine / ".mcp.json").write_text('{"mcpServers": {"notes": {"command": "a"}, "more": {"command": "c"}}}')
    found = cli("discover", "--format", "json").json
    assert sorted((one["id"], one["what"]) for one in found) == [("more", "c"), ("more-2", "b"), ("notes", "a")]


def test_what_is_added_stands_in_hub_yaml_and_is_planned_as_ones_own(cli, machine):
    (machine / "hub.yaml").write_text("# Mine.\nservers:\n  # a clock\n  time: {enabled: false}\n")
    (machine / "notes.py").write_text("from fastmcp import FastMCP\nmcp = FastMCP('My Notes')\n")
    ran = cli("discover", ".", "--add", "my-notes", "--yes")
    assert ran.code == 0, ran.err
    assert (machine / "hub.yaml").read_text().startswith("# Mine.\nservers:\n  my-notes:\n")
    assert (machine / "hub.yaml").read_text().endswith("  # a clock\n  time: {enabled: false}\n")
    assert configured(machine)["my-notes"]["args"][-1] == "mcp"
    again = cli("discover", ".", "--add", "my-notes", "--yes")
    assert (again.code, "has a server 'my-notes' already" in again.err) == (2, True)


def test_nothing_is_added_without_agreement(cli, machine, answers):
    (machine / "notes.py").write_text("from fastmcp import FastMCP\nmcp = FastMCP()\n")
    refused = cli("discover", "notes.py", "--add", "all")
    assert refused.code == 4
    assert "hub-launch discover notes.py --add all --yes" in refused.err
    answers("n")
    assert cli("discover", "notes.py", "--add", "all", interactive=True).code == 4
    assert not (machine / "hub.yaml").exists()
    answers("y")
    assert cli("discover", "notes.py", "--add", "all", interactive=True).code == 0
    assert list(configured(machine)) == ["notes"]


def test_a_service_on_this_machine_is_found_by_its_description_and_added_with_it(cli, web, web_answer, machine, served):
    web.answers["/openapi.json"] = web_answer(json.dumps(SPEC).encode())
    ran = cli("discover", web.url, "--add", "pet-shop", "--yes")
    assert ran.code == 0, ran.err
    assert json.loads((machine / "pet-shop.openapi.json").read_text()) == SPEC
    args = configured(machine)["pet-shop"]["args"]
    assert args[args.index("--base-url") + 1] == web.url
    assert "pet-shop: ready, 1 tool," in started(machine, served)
    shown = cli("discover", f"{web.url}/openapi.json").out.splitlines()
    assert shown[1:] == [
        "  is      Pet Shop 2: 2 operations",
        f"  add it  hub-launch discover {web.url}/openapi.json --add pet-shop",
    ]


def test_a_service_that_others_reach_becomes_an_entry_of_ones_own_registry(cli, publish, entry, monkeypatch, tmp_path):
    publish([entry("other")])
    # No host with a certificate runs here: what it would answer.
    monkeypatch.setattr("hub_launch.discovery.apis.fetch", lambda where: json.dumps(SPEC).encode())
    shown = cli("discover", "https://pets.example.com")
    where = "https://pets.example.com/openapi.json"
    assert f"  add it  hub-launch analyze {where} -o pet-shop.yaml" in shown.out.splitlines()
    ran = cli("discover", "https://pets.example.com", "--add", "pet-shop", "--yes")
    assert ran.code == 0, ran.err
    made = yaml.safe_load((tmp_path / "config/overlay/servers/pet-shop.yaml").read_text())
    assert made["openapi"]["url"] == where
    assert made["openapi"]["routeMaps"]
    assert cli("info", "pet-shop").code == 0


@pytest.mark.parametrize("path", ["/none", "/moved", "/text"])
def test_an_address_that_describes_nothing_is_said_and_fails(cli, web, web_answer, path):
    web.answers["/moved/openapi.json"] = web_answer(status=302, headers={"Location": "/elsewhere"})
    web.answers["/text/openapi.json"] = web_answer(b"hello")
    ran = cli("discover", web.url + path)
    assert ran.code == 1
    assert f"note: {web.url}{path}/openapi.json: " in ran.err


@pytest.mark.parametrize(("words", "said"), [(["nowhere"], "no folder"), (["--add", "x"], "no such server")])
def test_what_is_not_there_is_wrong_use(cli, words, said):
    ran = cli("discover", *words)
    assert (ran.code, said in ran.err) == (2, True)
