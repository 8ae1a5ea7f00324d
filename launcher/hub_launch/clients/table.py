"""The clients that the hub can be put into. To add one: a line here, a sample in tests/examples/clients/.

Where their files are, and how a server stands in them, was looked up in what their makers write (`source`) and in
their code where that is public, in November 2026. Codex 0.169, Gemini CLI 0.61 and Cline 3.0 were also run: each has
its servers where they are put here. What is worth knowing beside that:

- Claude Desktop from the Store (MSIX) keeps its file in the folder of its package: anthropics/claude-code#57998.
- Claude Code keeps servers of one project in its user's file, too, under `projects`; CLAUDE_CONFIG_DIR moves that file.
- Cline has had one file for all editors and its command since its extension 4 (cline/cline#9630); before, it was in
  VS Code's storage, from which a newer Cline takes it over once.
- Codex reads a project's file only where its user trusts the project. CODEX_HOME moves the user's.
- Gemini CLI takes `url` for the older SSE unless a type stands beside it, `httpUrl` never does.
- Goose and Zed follow XDG_CONFIG_HOME on Linux (`etcetera`'s strategy; zed.dev/docs/configuring-zed), and have
  `~/.config` on macOS.
- JetBrains' AI Assistant has its servers in the IDE's settings alone (Tools | AI Assistant | MCP, which takes JSON and
  imports Claude's); the file is Junie's.
- VS Code has one for each profile that its user made; the file is that of the default one.
- Windsurf has been called Devin Desktop since June 2026. Its agent Cascade reads the file that it always had; its newer
  agent is the one of Devin's command, and reads that one's.
- Zed wants `args` even if there are none, and wanted a `source` until 2026.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hub_launch.clients.client import Client, Entry, Home, command

_ABOUT = {"name": "mcp-hub", "description": "MCP servers behind one endpoint", "enabled": True, "timeout": 300}


def _typed(program: str, arguments: tuple[str, ...]) -> Entry:
    return {"type": "stdio", **command(program, arguments)}


def _http(url: str) -> Entry:
    return {"type": "http", "url": url}


def _url(url: str) -> Entry:
    return {"url": url}


def _custom(program: str, arguments: tuple[str, ...]) -> Entry:
    return {"source": "custom", **command(program, arguments)}


def _goose(program: str, arguments: tuple[str, ...]) -> Entry:
    return {**_ABOUT, "type": "stdio", "cmd": program, "args": list(arguments), "envs": {}}


def _goose_http(url: str) -> Entry:
    return {**_ABOUT, "type": "streamable_http", "uri": url}


def _claude_desktop(home: Home) -> Sequence[Path]:
    usual = home.settings / "Claude/claude_desktop_config.json"
    local = home.moved("LOCALAPPDATA", home.home / "AppData/Local")
    store = local.glob("Packages/Claude_*/LocalCache/Roaming/Claude") if home.system == "windows" else ()
    return (*(folder / usual.name for folder in sorted(store)), usual)


def _claude_code(home: Home) -> Sequence[Path]:
    return (home.moved("CLAUDE_CONFIG_DIR", home.home) / ".claude.json",)


def _code(home: Home) -> Path:
    return home.settings / "Code" / "User"


def _codex(home: Home) -> Sequence[Path]:
    return (home.moved("CODEX_HOME", home.home / ".codex") / "config.toml",)


def _cline(home: Home) -> Sequence[Path]:
    data = home.moved("CLINE_DATA_DIR", home.moved("CLINE_DIR", home.home / ".cline") / "data")
    newer = home.moved("CLINE_MCP_SETTINGS_PATH", data / "settings/cline_mcp_settings.json")
    return newer, _code(home) / "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"


def _devin(home: Home) -> Sequence[Path]:
    return (home.dotted / "devin/mcp_config.json",)


def _goose_file(home: Home) -> Sequence[Path]:
    return (home.dotted / ("Block/goose/config" if home.system == "windows" else "goose") / "config.yaml",)


def _zed_file(home: Home) -> Sequence[Path]:
    return (home.dotted / ("Zed" if home.system == "windows" else "zed") / "settings.json",)


CLIENTS: Mapping[str, Client] = {
    "claude-desktop": Client(
        "Claude Desktop",
        "json",
        ("mcpServers",),
        _claude_desktop,
        command,
        source="modelcontextprotocol.io/docs/develop/connect-local-servers; Linux is not supported by its maker",
    ),
    "claude-code": Client(
        "Claude Code",
        "json",
        ("mcpServers",),
        _claude_code,
        _typed,
        _http,
        ".mcp.json",
        "code.claude.com/docs/en/mcp",
    ),
    "cursor": Client(
        "Cursor",
        "json",
        ("mcpServers",),
        lambda home: (home.home / ".cursor/mcp.json",),
        command,
        _url,
        ".cursor/mcp.json",
        "cursor.com/docs/context/mcp",
    ),
    "vscode": Client(
        "VS Code",
        "json",
        ("servers",),
        lambda home: (_code(home) / "mcp.json",),
        _typed,
        _http,
        ".vscode/mcp.json",
        "code.visualstudio.com/docs/agents/reference/mcp-configuration; microsoft/vscode#255943",
    ),
    "windsurf": Client(
        "Windsurf (Cascade)",
        "json",
        ("mcpServers",),
        lambda home: (home.home / ".codeium/windsurf/mcp_config.json",),
        command,
        lambda url: {"serverUrl": url},
        source="docs.devin.ai/desktop/cascade/mcp (docs.windsurf.com/windsurf/cascade/mcp before)",
    ),
    "devin": Client(
        "Devin",
        "json",
        ("mcpServers",),
        _devin,
        command,
        lambda url: {"url": url, "transport": "http"},
        ".devin/mcp_config.json",
        "docs.devin.ai/cli/extensibility/mcp/configuration",
    ),
    "zed": Client(
        "Zed",
        "json",
        ("context_servers",),
        _zed_file,
        _custom,
        lambda url: {"source": "custom", "url": url},
        ".zed/settings.json",
        "zed.dev/docs/ai/mcp; ContextServerSettingsContent in zed-industries/zed",
    ),
    "gemini-cli": Client(
        "Gemini CLI",
        "json",
        ("mcpServers",),
        lambda home: (home.moved("GEMINI_CLI_HOME", home.home) / ".gemini/settings.json",),
        command,
        lambda url: {"httpUrl": url},
        ".gemini/settings.json",
        "geminicli.com/docs/tools/mcp-server",
    ),
    "codex": Client(
        "Codex",
        "toml",
        ("mcp_servers",),
        _codex,
        command,
        _url,
        ".codex/config.toml",
        "developers.openai.com/codex/mcp",
    ),
    "goose": Client(
        "Goose",
        "yaml",
        ("extensions",),
        _goose_file,
        _goose,
        _goose_http,
        source="block.github.io/goose/docs/guides/config-files",
    ),
    "jetbrains": Client(
        "JetBrains Junie",
        "json",
        ("mcpServers",),
        lambda home: (home.home / ".junie/mcp/mcp.json",),
        command,
        _url,
        ".junie/mcp/mcp.json",
        "junie.jetbrains.com/docs/junie-cli-mcp-configuration.html",
    ),
    "cline": Client(
        "Cline",
        "json",
        ("mcpServers",),
        _cline,
        _typed,
        lambda url: {"type": "streamableHttp", "url": url},
        source="docs.cline.bot/getting-started/config; resolveMcpSettingsPath in cline/cline",
    ),
}
