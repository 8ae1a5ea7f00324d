"""TOML, as Codex writes its settings: a table at the end."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


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


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key)


def _value(value: Any) -> str:
    """A JSON text, a number, a truth or a list of them is TOML, too."""
    return json.dumps(value)
