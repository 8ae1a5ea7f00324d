"""TOML, as Codex writes its settings: a table at the end."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = re.compile(r"^[ \t]*(\[[^\n]*)", re.MULTILINE)
# Blank lines and comments at the end of a piece of text.
_REMARKS = re.compile(r"(?:^[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z))+\Z", re.MULTILINE)


def parse(text: str) -> Any:
    """The values. Raises ValueError."""
    return tomllib.loads(text.removeprefix("\ufeff"))


def insertion(text: str, section: tuple[str, ...], name: str, value: Mapping[str, Any]) -> tuple[int, str]:
    """See Format."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [
        f"[{'.'.join(map(_key, (*section, name)))}]",
        *(f"{_key(key)} = {_value(one)}" for key, one in value.items()),
    ]
    before = "" if not text else newline if text.endswith("\n") else newline * 2
    return len(text), before + newline.join(lines) + newline


def removal(text: str, section: tuple[str, ...], name: str) -> tuple[int, int]:
    """Where a server's tables stand, one behind the other. Raises ValueError where they do not."""
    named = r"\s*\.\s*".join(rf"""["']?{re.escape(key)}["']?""" for key in (*section, name))
    own = re.compile(rf"\[\s*{named}\s*[\].]")
    headers = [(found.start(), bool(own.match(found[1]))) for found in _HEADER.finditer(text)]
    mine = [number for number, (_, is_own) in enumerate(headers) if is_own]
    if not mine:
        raise ValueError(f"it has no table {name}")
    start = headers[mine[0]][0]
    end = headers[mine[-1] + 1][0] if mine[-1] + 1 < len(headers) else len(text)
    # What stands right before the next table, or at the end, is about that; a blank line was put before this one.
    said = _REMARKS.sub("", text[start:end])
    blank = re.search(r"(?<=\n)\r?\n\Z", text[:start])
    return (blank.start() if blank else start), start + len(said)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key)


def _value(value: Any) -> str:
    """A JSON text, a number, a truth or a list of them is TOML, too."""
    return json.dumps(value)
