"""Editors' files: read, or refused with words; the hub goes in and out, and all else is as it was."""

import contextlib
from pathlib import Path

from tests.fuzz.pieces import folder

from hub_launch.clients.editing import current, put, take_out
from hub_launch.clients.mcp_json import read_mcp_json
from hub_launch.clients.reading import servers_in
from hub_launch.clients.table import CLIENTS
from hub_launch.errors import HubError

EXAMPLES = Path(__file__).parents[2] / "examples/clients"
ENDINGS = {b"j": ".json", b"t": ".toml", b"y": ".yaml"}
# One of each form, and one with a section within another.
CLIENT = {"j": "vscode", "t": "codex", "y": "goose"}
ENTRY = {"command": "hub-launch", "args": ["run", "--stdio"]}
SEEDS = [
    *(path.suffix[1:2].encode() + path.read_bytes() for path in sorted(EXAMPLES.iterdir())),
    b'j{"mcpServers": {"a": {"command": "~/x", "cwd": "~nobody/y", "args": ["1"], "env": {"A": "b"}}}}',
    b'j{"servers": {"b": {"url": "https://x.example.org/sse", "headers": {"A": "b"}, "disabled": true}}}',
    b"yextensions:\n  a: {cmd: npx, envs: {A: !!bool no}}\n",
    b"j// nothing\n",
    b"j{}",
    b"t",
]
WORDS = [
    "mcpServers",
    "servers",
    "command",
    "url",
    "cwd",
    "env",
    "args",
    "/*",
    "*/",
    "//",
    "~",
    "!!int",
    "[mcp_servers.",
]


def check(data: bytes) -> None:
    kind, text = data[:1], data[1:].decode(errors="replace")
    path = folder() / f"file{ENDINGS.get(kind, '.json')}"
    path.write_bytes(text.encode())
    for read in (read_mcp_json, servers_in):
        with contextlib.suppress(HubError):
            read(path)
    client = CLIENTS[CLIENT.get(kind.decode("latin-1"), "vscode")]
    with contextlib.suppress(HubError):
        current(text, client, str(path))
        after, piece = put(text, client, ENTRY, str(path))
        assert current(after, client, str(path)) == ENTRY
        if current(text, client, str(path)) is None:
            assert take_out(after, client, piece, str(path)) == text
        # As if the file had been written anew since.
        with contextlib.suppress(HubError):
            assert current(take_out(after, client, "", str(path)), client, str(path)) is None
