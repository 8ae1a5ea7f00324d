import pytest

MOVED = ("CLAUDE_CONFIG_DIR", "CLINE_DATA_DIR", "CLINE_DIR", "CLINE_MCP_SETTINGS_PATH", "CODEX_HOME", "GEMINI_CLI_HOME")


@pytest.fixture(autouse=True)
def _no_client_of_this_machine(monkeypatch):
    for name in (*MOVED, "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
