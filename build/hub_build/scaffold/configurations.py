"""Configurations of editors in a README: the command lines and variables that its author tells people to use."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_FENCE = re.compile(r"^[ \t]*```+[ \t]*(\w*)[^\n]*\n(.*?)^[ \t]*```+", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"^\s*//.*$|(?<=[,{\[\s])//[^\n\"]*$", re.MULTILINE)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
# Longer READMEs than this are books; nothing new comes later.
MAX_BLOCKS = 60
MAX_DEPTH = 4

# Words of the runners before the package; their own options with a value.
_RUNNERS = frozenset(
    "npx uvx uv pipx bunx npm pnpm yarn node python python3 cmd run tool exec dlx x /c -y --yes -q".split()
)


@dataclass(frozen=True, slots=True)
class Configuration:
    """One way to start the server: the words after the package's name, and the variables with their example values."""

    arguments: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)


def configurations_of(readme: str, names: frozenset[str]) -> list[Configuration]:
    """The configurations in `readme` that start the package; `names` are its identifier and its commands."""
    found: list[Configuration] = []
    for number, block in enumerate(_FENCE.finditer(readme)):
        if number >= MAX_BLOCKS:
            break
        for server in _servers(_json(block[2])):
            if (read := _configuration(server, names)) is not None and read not in found:
                found.append(read)
    return found


def _json(text: str) -> Any:
    text = _TRAILING_COMMA.sub(r"\1", _COMMENT.sub("", text)).strip()
    # Many show what belongs between the braces of a file that exists already.
    for attempt in (text, "{" + text.rstrip(",") + "}"):
        try:
            return json.loads(attempt)
        except (ValueError, RecursionError):
            continue
    return None


def _servers(document: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if not isinstance(document, dict) or depth > MAX_DEPTH:
        return
    if "command" in document:
        yield document
        return
    for value in document.values():
        yield from _servers(value, depth + 1)


def _configuration(server: dict[str, Any], names: frozenset[str]) -> Configuration | None:
    command, arguments = server.get("command"), server.get("args", [])
    words = [command] if isinstance(command, str) else [*(command if isinstance(command, list) else [])]
    words += arguments if isinstance(arguments, list) else []
    if not words or not all(isinstance(word, str) for word in words):
        return None
    at = next((place for place, word in enumerate(words) if _is_package(word, names)), None)
    # What stands before the package is a runner's; of an unknown program nothing is known.
    if at is None or not all(word in _RUNNERS or word.startswith("-") for word in words[:at] if "/" not in word):
        return None
    variables = server.get("env") or server.get("environment") or {}
    known = {str(key): str(value) for key, value in variables.items()} if isinstance(variables, dict) else {}
    rest = words[at + 1 :]
    # `uvx --from package command`: the command is the package's own.
    while rest and _is_package(rest[0], names):
        rest = rest[1:]
    return Configuration(tuple(rest), known)


def _is_package(word: str, names: frozenset[str]) -> bool:
    bare = re.sub(r"(?<=.)@[^/@]*$|\[.*\]|==.*$", "", word)
    return bare in names or bare.replace("_", "-").lower() in names
