"""An entry as YAML: for people to read and change, and read back by our own loader as exactly what it was."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from hub_launch.judge.load.scalars import strict_plain

HEADER = "# yaml-language-server: $schema=../../schema/entry.schema.json\n"

# As in our own entries: what it is, whose it is, how to find it, how to start it, what it needs.
KEY_ORDER = (
    "id", "name", "title", "description", "version", "published", "status", "license", "documentation", "websiteUrl",
    "repository", "icons", "maintainers", "categories", "tags", "packages", "remotes", "openapi", "module",
    "extensions", "permissions", "smoke", "update", "_meta",
)  # fmt: skip

# Lines are not folded: a reader of a diff sees a changed text as one line.
_NO_FOLDING = 10**6
# A list of words that fits beside its key, with room for indentation, in lines of 120.
MAX_ONE_LINE = 80

# Characters that start something else than text, and those that end it.
_NEEDS_QUOTES = re.compile(r"^[-?:](\s|$)|^[,\[\]{}#&*!|>'\"%@`\s]|:(\s|$)|\s#|\s$")
# What PyYAML puts between single quotes inside of brackets.
_NOT_IN_FLOW = re.compile(r"[,?:\[\]{}\n]")


class _Dumper(yaml.SafeDumper):
    """PyYAML's safe writer, with quotes around all that any YAML reader takes for something else than text."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never write anchors: values that happen to be the same object are written out."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key, as people do."""
        super().increase_indent(flow, False)


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
    """Words on one line, as in our own entries; anything longer an item a line."""
    words = all(isinstance(one, str) and not _NOT_IN_FLOW.search(one) for one in value)
    flow = not value or (words and sum(len(one) + 2 for one in value) <= MAX_ONE_LINE)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flow)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    value.encode()  # half characters, which no file can hold, are a ValueError
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))


def _style(text: str) -> str | None:
    if "\n" in text:
        return "|" if _is_block(text) else '"'
    # PyYAML would take single quotes, where our guides have double ones.
    plain = strict_plain(text) == text and not _NEEDS_QUOTES.search(text)
    return None if plain else '"'


def _is_block(text: str) -> bool:
    """Whether a literal block keeps `text`: no odd blanks at its edges, and nothing that needs an escape."""
    lines = text.split("\n")
    clean = all(line.isprintable() and line == line.rstrip() for line in lines)
    return (
        clean
        and bool(lines[0])
        and lines[0] == lines[0].lstrip()
        and text == text.rstrip("\n") + "\n" * (text.endswith("\n"))
    )


def _number(dumper: yaml.SafeDumper, value: float) -> yaml.ScalarNode:
    text = repr(value)
    if strict_plain(text) != value or text.startswith("-0.0"):
        raise ValueError(f"the number {text} cannot be written such that every YAML reader sees the same")
    tag = "int" if isinstance(value, int) else "float"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{tag}", text)


def _nothing(_dumper: yaml.SafeDumper, _value: None) -> yaml.ScalarNode:
    raise ValueError("an entry leaves out what it does not say; it has no null")


_Dumper.add_representer(list, _list)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(int, _number)
_Dumper.add_representer(float, _number)
_Dumper.add_representer(type(None), _nothing)


def ordered(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with its keys in the order of the guide; unknown ones last, as they came."""
    known = {key: document[key] for key in KEY_ORDER if key in document}
    return known | {key: value for key, value in document.items() if key not in known}


def emit(document: Mapping[str, Any], header: str = "") -> bytes:
    """`document` (plain JSON values without null) as YAML, in its own order, after the comment `header`.

    Raises ValueError for what the loader would refuse: null, numbers that readers disagree about, half characters.
    """
    text = yaml.dump(
        dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_NO_FOLDING, default_flow_style=False
    )
    return (header + text).encode()
