import json
import stat
import sys
from pathlib import Path

import pytest

from hub_launch.clients.formats import jsonc
from hub_launch.clients.places import home_of_user


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A user's home with Cursor in it."""
    folder = tmp_path / "home"
    (folder / ".cursor").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    for name in ("XDG_CONFIG_HOME", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "CLINE_DATA_DIR", "CLINE_DIR"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def cursor(home):
    path = home / ".cursor" / "mcp.json"
    path.write_text('{\n  "mcpServers": {\n    "mine": {"command": "x"}\n  }\n}\n')
    return path


@pytest.fixture(autouse=True)
def _servers(publish, entry, fake_npx):
    publish([entry("demo"), entry("other")])
    fake_npx()


def reading(tmp_path):
    return ["--registry", str(tmp_path / "site")]


def test_servers_are_agreed_to_and_the_hub_is_put_into_the_file(cli, cursor, tmp_path):
    before = cursor.read_text()
    ran = cli("install", "cursor", "demo", "--yes")
    assert ran.code == 0
    hub = jsonc.parse(cursor.read_text())["mcpServers"]["mcp-hub"]
    # The editor has not this terminal's environment.
    assert hub["args"] == ["--stdio", "demo", *reading(tmp_path)]
    assert Path(hub["command"]).is_absolute()
    assert "  runs         " in ran.err
    assert '  +     "mcp-hub": {\n' in ran.err
    assert cursor.with_name("mcp.json.backup-1").read_text() == before
    assert cli("uninstall", "cursor", "--yes").code == 0
    assert cursor.read_text() == before


def test_installing_again_is_an_update(cli, cursor, tmp_path):
    before = cursor.read_text()
    cli("install", "cursor", "demo", "--yes")
    program = jsonc.parse(cursor.read_text())["mcpServers"]["mcp-hub"]["command"]
    words = f"--stdio demo --registry {tmp_path / 'site'}"
    assert cli("install", "cursor", "demo", "--yes").err == f"Cursor has the hub already: {program} {words}\n"
    cli("install", "cursor", "demo", "other", "--yes")
    assert jsonc.parse(cursor.read_text())["mcpServers"]["mcp-hub"]["args"][:3] == ["--stdio", "demo", "other"]
    cli("uninstall", "cursor", "--yes")
    assert cursor.read_text() == before


def test_a_hub_that_runs_is_an_address(cli, cursor):
    assert cli("install", "cursor", "--url", "--yes").code == 0
    assert jsonc.parse(cursor.read_text())["mcpServers"]["mcp-hub"] == {"url": "http://127.0.0.1:8080/mcp"}
    assert cli("install", "claude-desktop", "--url", "--yes").code == 2


def test_without_agreement_nothing_is_changed(cli, cursor, answers):
    before = cursor.read_text()
    ran = cli("install", "cursor", "--url")
    assert (ran.code, cursor.read_text()) == (4, before)
    answers("n")
    assert cli("install", "cursor", "--url", interactive=True).code == 4
    assert cursor.read_text() == before
    answers("y")
    assert cli("install", "cursor", "--url", interactive=True).code == 0


def test_a_configuration_is_named_by_its_path_with_its_profile(cli, cursor, tmp_path):
    file = tmp_path / "hub.yaml"
    file.write_text("servers:\n  demo: {}\n  other: {}\nprofiles:\n  work: [demo]\n")
    ran = cli("install", "cursor", "--config", str(file), "--profile", "work", "--yes")
    assert ran.code == 0, ran.err
    hub = jsonc.parse(cursor.read_text())["mcpServers"]["mcp-hub"]
    words = ["run", "--stdio", "--config", str(file), "--profile", "work"]
    assert hub["args"] == [*words, *reading(tmp_path)]
    assert list(json.loads((tmp_path / "hub.lock").read_text())["servers"]) == ["demo"]


def test_a_project_has_a_file_of_its_own(cli, cursor, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = cursor.read_text()
    assert cli("install", "cursor", "demo", "--project", "--yes").code == 0
    assert "mcp-hub" in (tmp_path / ".cursor" / "mcp.json").read_text()
    assert cursor.read_text() == before
    assert cli("install", "windsurf", "demo", "--project", "--yes").code == 2


def test_a_broken_file_is_left_as_it_is(cli, cursor):
    cursor.write_text('{"mcpServers": ')
    ran = cli("install", "cursor", "--url", "--yes")
    assert (ran.code, cursor.read_text()) == (2, '{"mcpServers": ')
    assert "was left as it is: it is no JSON" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="modes and links are POSIX's")
def test_links_and_modes_stay(cli, cursor, tmp_path):
    real = tmp_path / "dotfiles.json"
    cursor.rename(real)
    real.chmod(0o600)
    cursor.symlink_to(real)
    assert cli("install", "cursor", "--url", "--yes").code == 0
    assert cursor.is_symlink()
    assert "mcp-hub" in real.read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_what_its_user_made_read_only_is_left_as_it_is(cli, cursor):
    before = cursor.read_text()
    cursor.chmod(0o444)
    ran = cli("install", "cursor", "--url", "--yes")
    assert (ran.code, cursor.read_text()) == (1, before)
    assert "is read-only, and is as it was\n  hint: allow to write to it first" in ran.err
    assert list(cursor.parent.iterdir()) == [cursor]


def test_what_the_client_writes_while_its_user_is_asked_is_not_lost(cli, cursor, monkeypatch):
    written = cursor.read_text().replace("mine", "yours")

    def answer():
        cursor.write_text(written)
        return "y\n"

    monkeypatch.setattr("sys.stdin.readline", answer)
    ran = cli("install", "cursor", "--url", interactive=True)
    assert (ran.code, cursor.read_text()) == (1, written)
    assert "was changed meanwhile" in ran.err


def test_where_none_of_them_is_it_says_so(cli, cursor):
    cursor.unlink()
    cursor.parent.rmdir()
    ended = cli("clients")
    assert ended.out == ""
    assert "none of these is on this machine: claude-desktop, claude-code, cursor" in ended.err


def test_clients_of_this_machine_are_listed_with_the_hub_in_them(cli, cursor, home):
    assert cli("clients").out == f"cursor\t\t{cursor}\n"
    cli("install", "cursor", "--url", "--yes")
    (home / ".codex").mkdir()
    (home / ".codex" / "config.toml").write_text("model = ")
    found = json.loads(cli("clients", "--format", "json").out)
    assert [one["client"] for one in found] == ["cursor", "codex"]
    assert found[0]["hub"] == "http://127.0.0.1:8080/mcp"
    assert found[1]["hub"].startswith("? ")


def test_a_client_that_has_no_hub_loses_none(cli, cursor):
    ran = cli("uninstall", "cursor", "--yes")
    assert (ran.code, "has no hub" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("platform", "system", "settings"),
    [
        ("linux", "linux", ".config"),
        ("darwin", "macos", "Library/Application Support"),
        ("win32", "windows", "Roaming"),
    ],
)
def test_each_system_has_its_folder(monkeypatch, home, platform, system, settings):
    monkeypatch.setattr("sys.platform", platform)
    found = home_of_user({"APPDATA": str(home / "Roaming")})
    assert found.system == system
    assert found.settings == home / settings
