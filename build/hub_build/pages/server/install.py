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

from hub_build.pages.server.image import editors_command, shell_command, users_own
from hub_build.would_run import Wanted, Would
from hub_launch.catalog import Entry
from hub_launch.text import printable

# What editors start by themselves; an image, which needs an engine too, where there is nothing else.
_ANYWHERE = ("npm", "pypi", "remote")
_IMAGE = "oci"
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
    way = _editors_way(ways)
    config = config_of(way, wanted) if way else None
    notes = _hints(way) if way else ()
    made = [_launcher(entry.id, wanted), *_editors(entry.id, config, wanted, notes)]
    if config:
        given = {"mcpServers": {entry.id: config}}
        block = Block("For any other client", _json(given))
        made.append(Tab("json", "mcp.json", (block,), "", (*_fill(config, wanted), *notes)))
    image = _first(ways, (_IMAGE,))
    if image:
        made.append(_docker(image, wanted))
    return tuple(made)


def config_of(way: Would, wanted: Sequence[Wanted]) -> Config:
    """`way` as an editor has it, with `<name>` where the user puts a value."""
    values = _given(way, wanted)
    if way.url:
        kind = "sse" if way.transport == "sse" else "http"
        url = re.sub(r"%3C([A-Za-z0-9_.-]+)%3E", r"<\1>", way.url)
        return {"type": kind, "url": url, **({"headers": values} if values else {})}
    command, *args = editors_command(way, values) if way.kind == _IMAGE else way.argv
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


def _editors_way(ways: Sequence[Would]) -> Would | None:
    """The first that an editor can start without the launcher."""
    return _first(ways, _ANYWHERE) or _first(ways, (_IMAGE,))


def _first(ways: Sequence[Would], kinds: Sequence[str]) -> Would | None:
    return next((one for one in ways if one.kind in kinds and not one.problem), None)


def _editors(id_: str, config: Config | None, wanted: Sequence[Wanted], notes: Sequence[str]) -> Iterator[Tab]:
    for key, name in (("cursor", "Cursor"), ("vscode", "VS Code"), ("claude-code", "Claude Code")):
        launcher = Block("With the launcher, which checks and shuts it in", f"hub-launch install {key} {id_}")
        if config is None:
            note = f"{name} cannot start it by itself; the launcher does it for {name}."
            yield Tab(key, name, (launcher,), "", (note,))
        elif key == "claude-code":
            line = Block("Add it", claude_code(id_, config))
            yield Tab(key, name, (line, launcher), "", (*_fill(config, wanted), *notes))
        elif key == "cursor":
            yield Tab(key, name, (launcher,), cursor_link(id_, config), (*_fill(config, wanted), *notes))
        else:
            yield Tab(key, name, (launcher,), vscode_link(id_, config, wanted), (*_asked(config, wanted), *notes))


def _docker(way: Would, wanted: Sequence[Wanted]) -> Tab:
    line = shell_command(way, _given(way, wanted))
    required = users_own(_given(way, wanted))
    first = (f"Set {' and '.join(required)} in your shell first: Docker hands them on.",) if required else ()
    notes = (*first, *_fill({"args": line}, wanted), *_stand_ins(way))
    return Tab("docker", "Docker", (Block("Run it", _line(line)),), "", notes)


def _hints(way: Would) -> tuple[str, ...]:
    """What else the user of an editor has to know or to do."""
    engine = ("Docker has to be running; it fetches the image at the first start.",) if way.kind == _IMAGE else ()
    return (*engine, *_stand_ins(way))


def _stand_ins(way: Would) -> Iterator[str]:
    """What one cannot see in the command: that a value is not meant, or that not every form of it will do."""
    if way.kind == _IMAGE and "--mount" in way.argv:
        yield "Docker takes absolute paths alone, such as /home/you/notes."
    for name, value in way.stand_ins.items():
        yield f"{name} is {value} there until you put your own value."


def _given(way: Would, wanted: Sequence[Wanted]) -> dict[str, str]:
    """The values of variables or headers, without what may be left out."""
    return {name: value for name, value in way.values.items() if not _is_left_out(value, wanted)}


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


def _json(value: Config) -> str:
    # Line by line: most need no second look, and line feeds would make all of it need one.
    return "\n".join(map(printable, json.dumps(value, indent=2, ensure_ascii=False).split("\n")))


def _line(words: Sequence[str]) -> str:
    """As one types it in a shell."""
    return printable(" ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in words))
