"""Where each client's file is on each system."""

from pathlib import Path

import pytest

from hub_launch.clients.client import Home
from hub_launch.clients.table import CLIENTS

ME = Path("/home/me")
MAC = ME / "Library/Application Support"
ROAMING = ME / "AppData/Roaming"
HOMES = {
    "linux": Home("linux", ME, ME / ".config"),
    "macos": Home("macos", ME, MAC),
    "windows": Home("windows", ME, ROAMING),
}
STORAGE = "Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"

# As their makers write them: on Linux, macOS and Windows; or one for all three, below the home.
PLACES = {
    "claude-desktop": [
        ME / ".config/Claude/claude_desktop_config.json",
        MAC / "Claude/claude_desktop_config.json",
        ROAMING / "Claude/claude_desktop_config.json",
    ],
    "claude-code": ".claude.json",
    "cursor": ".cursor/mcp.json",
    "vscode": [ME / ".config/Code/User/mcp.json", MAC / "Code/User/mcp.json", ROAMING / "Code/User/mcp.json"],
    "windsurf": ".codeium/windsurf/mcp_config.json",
    "devin": [
        ME / ".config/devin/mcp_config.json",
        ME / ".config/devin/mcp_config.json",
        ROAMING / "devin/mcp_config.json",
    ],
    "zed": [ME / ".config/zed/settings.json", ME / ".config/zed/settings.json", ROAMING / "Zed/settings.json"],
    "gemini-cli": ".gemini/settings.json",
    "codex": ".codex/config.toml",
    "goose": [
        ME / ".config/goose/config.yaml",
        ME / ".config/goose/config.yaml",
        ROAMING / "Block/goose/config/config.yaml",
    ],
    "jetbrains": ".junie/mcp/mcp.json",
    "cline": ".cline/data/settings/cline_mcp_settings.json",
}


@pytest.mark.parametrize("name", CLIENTS)
def test_each_system_has_its_place(name):
    wanted = PLACES[name]
    for number, home in enumerate(HOMES.values()):
        assert CLIENTS[name].file(home) == (wanted[number] if isinstance(wanted, list) else ME / wanted)


@pytest.mark.parametrize("name", CLIENTS)
def test_each_says_where_that_is_written(name):
    assert "." in CLIENTS[name].source.partition("/")[0]


@pytest.mark.parametrize(
    ("name", "variable", "place"),
    [
        ("claude-code", "CLAUDE_CONFIG_DIR", "/x/.claude.json"),
        ("codex", "CODEX_HOME", "/x/config.toml"),
        ("gemini-cli", "GEMINI_CLI_HOME", "/x/.gemini/settings.json"),
        ("cline", "CLINE_MCP_SETTINGS_PATH", "/x"),
        ("cline", "CLINE_DATA_DIR", "/x/settings/cline_mcp_settings.json"),
        ("cline", "CLINE_DIR", "/x/data/settings/cline_mcp_settings.json"),
    ],
)
def test_the_variables_that_clients_know_are_followed(name, variable, place):
    assert CLIENTS[name].file(Home("linux", ME, ME / ".config", {variable: "/x"})) == Path(place)
    assert CLIENTS[name].file(Home("linux", ME, ME / ".config", {variable: ""})) == ME / PLACES[name]


def test_goose_and_zed_follow_the_settings_folder_of_linux_alone():
    for name in ("goose", "zed"):
        assert Path("/x") in CLIENTS[name].file(Home("linux", ME, Path("/x"))).parents


def made(path):
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    return path


def test_an_older_clines_file_is_taken_where_there_is_no_newer(tmp_path):
    home = Home("linux", tmp_path, tmp_path / ".config")
    older = made(tmp_path / ".config" / STORAGE)
    assert CLIENTS["cline"].file(home) == older
    newer = made(tmp_path / PLACES["cline"])
    assert CLIENTS["cline"].file(home) == newer
    newer.unlink()
    older.unlink()
    assert CLIENTS["cline"].file(home) == newer


def test_the_file_of_a_claude_from_the_store_is_in_its_packages_folder(tmp_path):
    home = Home("windows", tmp_path, tmp_path / "AppData/Roaming")
    usual = home.settings / "Claude/claude_desktop_config.json"
    assert CLIENTS["claude-desktop"].file(home) == usual
    store = tmp_path / "AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude" / usual.name
    store.parent.mkdir(parents=True)
    assert CLIENTS["claude-desktop"].file(home) == store
    # Windows shows what is in the usual folder to the package, where that has nothing of its own.
    made(usual)
    assert CLIENTS["claude-desktop"].file(home) == usual
    store.write_text("{}")
    assert CLIENTS["claude-desktop"].file(home) == store
