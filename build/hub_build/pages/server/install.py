"""How a reader gets a server: with the launcher, and into editors by a link or a line.

What an editor is given is the command that the launcher's planner made, so that a page says one thing. Where only the
launcher can start a server (APIs, modules, bundles), it is what the editor is given.
"""

import base64
import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hub_build.convert.commands import command_of
from hub_build.would_run import Wanted, Would
from hub_launch.catalog import Entry
from hub_launch.text import printable

# Whose command runs on any machine with the runner; that of an image is for the hub, which fetches it beforehand.
_ANYWHERE = ("npm", "pypi", "remote")
# What a shell takes as it stands; the launcher itself reads `~`.
_PLAIN = re.compile(r"[\w@%+=:,./~-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Block:
    """Text to copy, and what it is for."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to install. link: an address that the editor opens; empty where there is none. notes: what to know."""

    id: str
    name: str
    blocks: tuple[Block, ...]
    link: str = ""
    notes: tuple[str, ...] = ()


Config = Mapping[str, Any]
"""A server as editors have it: `command`, `args` and `env`, or `type`, `url` and `headers`."""


def tabs(entry: Entry, ways: Sequence[Would], wanted: Sequence[Wanted]) -> tuple[Tab, ...]:
    """Every way, the launcher's first."""
    config = config_of(ways, wanted) or _image(entry)
    made = [_launcher(entry.id, wanted), *_editors(entry.id, config, wanted)]
    if config:
        given = {"mcpServers": {entry.id: config}}
        made.append(Tab("json", "mcp.json", (Block("For any other client", _json(given)),), "", _fill(config, wanted)))
    image = _image(entry)
    if image:
        made.append(Tab("docker", "Docker", (Block("Run it", _line([image["command"], *image["args"]])),)))
    return tuple(made)


def config_of(ways: Sequence[Would], wanted: Sequence[Wanted]) -> Config | None:
    """The first way that an editor can start by itself, with `<name>` where the user puts a value; None if none."""
    way = next((one for one in ways if one.kind in _ANYWHERE and not one.problem), None)
    if way is None:
        return None
    values = {name: value for name, value in way.values.items() if not _is_left_out(value, wanted)}
    if way.url:
        kind = "sse" if way.transport == "sse" else "http"
        url = re.sub(r"%3C([A-Za-z0-9_.-]+)%3E", r"<\1>", way.url)
        return {"type": kind, "url": url, **({"headers": values} if values else {})}
    command, *args = way.argv
    return {"command": command, "args": args, **({"env": values} if values else {})}


def cursor_link(name: str, config: Config) -> str:
    """Opens Cursor, which shows the server and asks. https://cursor.com/docs/context/mcp/install-links"""
    known = {key: value for key, value in config.items() if key != "type"}
    packed = base64.b64encode(json.dumps(known, ensure_ascii=False).encode()).decode()
    return f"cursor://anysphere.cursor-deeplink/mcp/install?name={quote(name)}&config={quote(packed, safe='')}"


def vscode_link(name: str, config: Config, wanted: Sequence[Wanted]) -> str:
    """Opens VS Code, which shows the server, asks for what it needs and keeps secrets.

    https://code.visualstudio.com/api/extension-guides/ai/mcp#create-an-mcp-installation-url
    """
    inputs = [
        {"type": "promptString", "id": one.name, "description": one.description or one.name, "password": one.secret}
        for one in _placed(config, wanted)
    ]
    text = json.dumps({"name": name, **config}, ensure_ascii=False)
    for one in inputs:
        text = text.replace(f"<{one['id']}>", f"${{input:{one['id']}}}")
    asked = json.loads(text) | ({"inputs": inputs} if inputs else {})
    return f"vscode:mcp/install?{quote(json.dumps(asked, ensure_ascii=False), safe='')}"


def claude_code(name: str, config: Config) -> str:
    """The command line that adds it to Claude Code. https://code.claude.com/docs/en/mcp"""
    if "url" in config:
        headers = [word for key, value in config.get("headers", {}).items() for word in ("--header", f"{key}: {value}")]
        return _line(["claude", "mcp", "add", "--transport", config["type"], name, config["url"], *headers])
    env = [word for key, value in config.get("env", {}).items() for word in ("--env", f"{key}={value}")]
    start = ["claude", "mcp", "add", *env, "--transport", "stdio", name, "--"]
    return _line([*start, config["command"], *config["args"]])


def _launcher(id_: str, wanted: Sequence[Wanted]) -> Tab:
    given = [one for one in wanted if one.required and not one.secret]
    words = [word for one in given for word in ("--set", f"{id_}.{one.name}={one.placeholder or f'<{one.name}>'}")]
    notes = ["It shows what would run, asks, and serves the server beside your others at one address."]
    secrets = [one.name for one in wanted if one.secret and one.required]
    if secrets:
        notes.append(
            f"It asks for {' and '.join(secrets)}, or takes a variable of that name; no file has it afterwards."
        )
    return Tab("launcher", "hub-launch", (Block("Start it", _line(["hub-launch", id_, *words])),), "", tuple(notes))


def _editors(id_: str, config: Config | None, wanted: Sequence[Wanted]) -> Iterator[Tab]:
    for key, name in (("cursor", "Cursor"), ("vscode", "VS Code"), ("claude-code", "Claude Code")):
        launcher = Block("With the launcher, which checks and shuts it in", f"hub-launch install {key} {id_}")
        if config is None:
            note = f"{name} cannot start it by itself; the launcher does it for {name}."
            yield Tab(key, name, (launcher,), "", (note,))
        elif key == "claude-code":
            yield Tab(key, name, (Block("Add it", claude_code(id_, config)), launcher), "", _fill(config, wanted))
        elif key == "cursor":
            yield Tab(key, name, (launcher,), cursor_link(id_, config), _fill(config, wanted))
        else:
            yield Tab(key, name, (launcher,), vscode_link(id_, config, wanted), _asked(config, wanted))


def _fill(config: Config, wanted: Sequence[Wanted]) -> tuple[str, ...]:
    names = [f"<{one.name}>" for one in _placed(config, wanted)]
    return (f"Put your own value in the place of {' and '.join(names)}.",) if names else ()


def _asked(config: Config, wanted: Sequence[Wanted]) -> tuple[str, ...]:
    names = [one.name for one in _placed(config, wanted)]
    return (f"VS Code asks for {' and '.join(names)}.",) if names else ()


def _placed(config: Config, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Those whose place in `config` is to be filled."""
    text = json.dumps(config, ensure_ascii=False)
    return [one for one in wanted if f"<{one.name}>" in text]


def _is_left_out(value: str, wanted: Sequence[Wanted]) -> bool:
    return any(f"<{one.name}>" in value and not one.required for one in wanted)


def _image(entry: Entry) -> dict[str, Any] | None:
    package = next((one for one in entry.packages or () if one.registry_type == "oci"), None)
    return command_of(package) if package else None


def _json(value: Config) -> str:
    # Line by line: most need no second look, and line feeds would make all of it need one.
    return "\n".join(map(printable, json.dumps(value, indent=2, ensure_ascii=False).split("\n")))


def _line(words: Sequence[str]) -> str:
    """As one types it in a shell."""
    return printable(" ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in words))
