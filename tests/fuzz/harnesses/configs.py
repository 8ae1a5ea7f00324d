"""`hub.yaml` and `hub.toml`: read, or refused with words; and what changes one server changes nothing else."""

import contextlib

from tests.fuzz.pieces import folder

from hub_launch.config.document import document_of
from hub_launch.config.edit import set_enabled, with_server, without_server
from hub_launch.config.loading import load
from hub_launch.errors import HubError

YAML = b"""\
version: 1
hub: {port: 8765, name: mine, token: "${TOKEN:-keyring:hub}"}
registries:
  - {name: ours, url: https://registry.example.org}
servers:
  # A comment.
  time:
    enabled: false
  files: {set: {folder: [., "${HOME}"]}}
  own:
    command: npx
    args: [-y, "x@1"]
    env: {KEY: "$${not}"}
  far: {url: https://mcp.example.org, headers: {Authorization: "Bearer ${TOKEN}"}}
profiles:
  work: [time, files]
"""
TOML = b"""\
[hub]
port = 8765
[servers.time]
enabled = false
[servers.own]
command = "npx"
args = ["-y"]
[profiles]
work = ["time"]
"""
SEEDS = [b"y" + YAML, b"t" + TOML, b"yservers:\n  a:\n", b"yservers: {a: {}}\nprofiles: {b: [a]}\n", b"y{}", b"t", b"y"]
WORDS = ["servers:", "profiles:", "enabled:", "true", "[servers.", "${", ":-", "command:", "null", "- ", "'''", '"""']
VARIABLES = {"HOME": "/home/x", "TOKEN": "0123456789"}


def check(data: bytes) -> None:
    path = folder() / ("hub.toml" if data[:1] == b"t" else "hub.yaml")
    text = data[1:].decode(errors="replace")
    path.write_bytes(text.encode())
    with contextlib.suppress(HubError):
        load(path, VARIABLES).selected()
    with contextlib.suppress(HubError):
        servers = document_of(path, text.encode()).said(("servers",))
        added_and_taken_out(path, text)
        for server in servers if isinstance(servers, dict) else ():
            with contextlib.suppress(HubError):
                without_server(path, text, server)
            with contextlib.suppress(HubError):
                set_enabled(path, server, enabled=True)
                set_enabled(path, server, enabled=False)
                document_of(path, path.read_bytes())
            path.write_bytes(text.encode())


def added_and_taken_out(path, text):
    before = document_of(path, text.encode()).values
    with contextlib.suppress(HubError):
        more = with_server(path, text, "new-one", {"command": "npx", "args": ["-y", "a: b"], "enabled": False})
        with contextlib.suppress(HubError):
            after = document_of(path, without_server(path, more, "new-one").encode()).values
            assert {**after, "servers": after.get("servers") or {}} == {
                **before,
                "servers": before.get("servers") or {},
            }
