"""The clients that the hub can be put into. To add one: a line here, a sample in tests/examples/clients/.

Where their files are is what their makers write (`source`); none of them runs where this was written, so that it was
tried on sample files alone.
"""

from collections.abc import Mapping
from pathlib import Path

from hub_launch.clients.client import Client, Entry, Home, command


def _typed(program: str, arguments: tuple[str, ...]) -> Entry:
    return {"type": "stdio", **command(program, arguments)}


def _http(url: str) -> Entry:
    return {"type": "http", "url": url}


def _url(url: str) -> Entry:
    return {"url": url}


def _goose(program: str, arguments: tuple[str, ...]) -> Entry:
    about = {"name": "mcp-hub", "type": "stdio", "enabled": True, "timeout": 300}
    return {**about, "cmd": program, "args": list(arguments), "envs": {}}


def _goose_http(url: str) -> Entry:
    return {"name": "mcp-hub", "type": "streamable_http", "enabled": True, "timeout": 300, "uri": url}


def _code(home: Home) -> Path:
    return home.settings / "Code" / "User"


def _goose_file(home: Home) -> Path:
    if home.system == "windows":
        return home.settings / "Block/goose/config/config.yaml"
    return home.home / ".config/goose/config.yaml"


def _zed_file(home: Home) -> Path:
    folder = home.settings / "Zed" if home.system == "windows" else home.home / ".config/zed"
    return folder / "settings.json"


CLIENTS: Mapping[str, Client] = {
    "claude-desktop": Client(
        "Claude Desktop",
        "json",
        ("mcpServers",),
        lambda home: home.settings / "Claude/claude_desktop_config.json",
        command,
        source="modelcontextprotocol.io/docs/develop/connect-local-servers; Linux is not supported by its maker",
    ),
    "claude-code": Client(
        "Claude Code",
        "json",
        ("mcpServers",),
        lambda home: home.home / ".claude.json",
        _typed,
        _http,
        ".mcp.json",
        "docs.claude.com/en/docs/claude-code/mcp",
    ),
    "cursor": Client(
        "Cursor",
        "json",
        ("mcpServers",),
        lambda home: home.home / ".cursor/mcp.json",
        command,
        _url,
        ".cursor/mcp.json",
        "docs.cursor.com/context/mcp",
    ),
    "vscode": Client(
        "VS Code",
        "json",
        ("servers",),
        lambda home: _code(home) / "mcp.json",
        _typed,
        _http,
        ".vscode/mcp.json",
        "code.visualstudio.com/docs/copilot/customization/mcp-servers",
    ),
    "windsurf": Client(
        "Windsurf",
        "json",
        ("mcpServers",),
        lambda home: home.home / ".codeium/windsurf/mcp_config.json",
        command,
        lambda url: {"serverUrl": url},
        source="docs.windsurf.com/windsurf/cascade/mcp",
    ),
    "zed": Client(
        "Zed",
        "json",
        ("context_servers",),
        _zed_file,
        command,
        _url,
        ".zed/settings.json",
        "zed.dev/docs/ai/mcp",
    ),
    "gemini-cli": Client(
        "Gemini CLI",
        "json",
        ("mcpServers",),
        lambda home: home.home / ".gemini/settings.json",
        command,
        lambda url: {"httpUrl": url},
        ".gemini/settings.json",
        "google-gemini.github.io/gemini-cli/docs/tools/mcp-server.html",
    ),
    "codex": Client(
        "Codex",
        "toml",
        ("mcp_servers",),
        lambda home: home.home / ".codex/config.toml",
        command,
        _url,
        source="developers.openai.com/codex/mcp",
    ),
    "goose": Client(
        "Goose",
        "yaml",
        ("extensions",),
        _goose_file,
        _goose,
        _goose_http,
        source="block.github.io/goose/docs/guides/config-file",
    ),
    "jetbrains": Client(
        "JetBrains Junie",
        "json",
        ("mcpServers",),
        lambda home: home.home / ".junie/mcp/mcp.json",
        command,
        _url,
        ".junie/mcp/mcp.json",
        "jetbrains.com/help/junie/model-context-protocol-mcp.html",
    ),
    "cline": Client(
        "Cline",
        "json",
        ("mcpServers",),
        lambda home: _code(home) / "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
        command,
        lambda url: {"type": "streamableHttp", "url": url},
        source="docs.cline.bot/mcp/configuring-mcp-servers",
    ),
}
