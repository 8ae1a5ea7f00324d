"""`managed-settings/`: which servers editors may use, in the form that Claude Code and GitHub Copilot share.

`commands.json` names addresses and whole command lines, which they enforce; `names.json` names what a user called a
server, which anybody can call anything: for editors that show it, not for security.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from hub_build.compile import Compiled, Document, Server
from hub_build.outputs.output import HERE, Files, json_with
from hub_launch.catalog import canonical_json
from hub_launch.judge.draft import Node

_RUNNERS = {"npm": "npx", "pypi": "uvx"}
_VARIABLE = re.compile(r"\{[^{}]*\}")
# Scheme, host and the rest. A host may begin with what varies and has two fixed parts at least: `https://*/` and
# `https://*.com/` would allow what the publisher does not own.
_ADDRESS = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?(/.*)?", re.IGNORECASE)

Match = dict[str, Any]


def row(server: Server) -> bytes:
    """What allows the server, one match after the other."""
    matches = matches_of(server.document.server) if _stands(server.document) else []
    return b",".join(map(canonical_json, matches))


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Files:
    """Both files. What is withdrawn is denied in both."""
    live = [one.id for one in compiled.documents if one.status != "withdrawn"]
    names = {one.id for one in compiled.documents} | {one.id for one in compiled.lists.withdrawn}
    denied = [{"serverName": name} for name in sorted(names - set(live))]
    yield "managed-settings/names.json", canonical_json(_settings([{"serverName": id_} for id_ in live], denied))
    commands = _settings(HERE, [*denied, *_denied(compiled, rows)])
    yield "managed-settings/commands.json", json_with(canonical_json(commands), rows)


def _stands(document: Document) -> bool:
    return document.standing.status != "deleted"


def _denied(compiled: Compiled, rows: Sequence[bytes]) -> list[Match]:
    """What withdrawn servers and yanked versions are, unless a version that stands is the same: a shared address."""
    gone = [match for one in compiled.all_documents if not _stands(one) for match in matches_of(one.server)]
    allowed = json.loads(b"[%b]" % b",".join(rows)) if gone else []
    return [match for match in gone if match not in allowed]


def _settings(allowed: Sequence[object], denied: list[Match]) -> Node:
    return {"allowedMcpServers": allowed, "deniedMcpServers": denied}


def matches_of(server: Node) -> list[Match]:
    """The addresses and command lines that are `server` and nothing else; none that a user's values are part of."""
    urls = [url for remote in server.get("remotes", ()) if (url := _pattern(remote["url"]))]
    commands = [command for package in server.get("packages", ()) for command in _commands(package)]
    return [*({"serverUrl": url} for url in urls), *({"serverCommand": command} for command in commands)]


def _pattern(url: str) -> str:
    """`url` with a star for each variable, or nothing where that would allow too much."""
    # A publisher's own star would be a wildcard, and `${` reads the environment of the editor.
    if "*" in url or "${" in url:
        return ""
    pattern = _VARIABLE.sub("*", url)
    return pattern if _ADDRESS.fullmatch(pattern) else ""


def _commands(package: Node) -> list[list[str]]:
    """How clients start `package`: with and without npx's question; uv's two ways to write a version."""
    runner = _RUNNERS.get(package["registryType"])
    before, after = (_fixed(package.get(key, ())) for key in ("runtimeArguments", "packageArguments"))
    base, version = package["identifier"], package.get("version")
    if runner is None or before is None or after is None or version is None:
        return []
    if runner == "npx":
        found = [[runner, *yes, *before, f"{base}@{version}", *after] for yes in ([], ["-y"])]
    else:
        found = [[runner, *before, f"{base}{sign}{version}", *after] for sign in ("@", "==")]
    return [command for command in found if not any("${" in word for word in command)]


def _fixed(arguments: Iterable[Node]) -> list[str] | None:
    """The words of `arguments` if the publisher fixed them all."""
    words: list[str] = []
    for one in arguments:
        if "value" not in one or one.get("variables"):
            return None
        words += [one["value"]] if one["type"] == "positional" else [one["name"], one["value"]]
    return words
