"""The text of a configuration file as plain values, all scalars as text, with the line of every key."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded
from hub_launch.text import printable

# A thousand servers with all their parameters are a tenth of it.
MAX_BYTES = 1024 * 1024
# A parameter of a server stands five levels deep.
MAX_DEPTH = 20

Key = tuple[str | int, ...]
"""The way to a value: names of mappings and numbers of lists."""

# libyaml is eight times as fast, and missing in some builds.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML's words for no value; every other scalar is text until the models say what it is.
_NOTHING = frozenset(["", "~", "null"])


@dataclass(frozen=True)
class Document:
    """What a file says. lines: of each key and list item, from 1."""

    path: Path
    values: dict[str, Any]
    lines: Mapping[Key, int] = field(default_factory=dict, repr=False)

    def said(self, key: Key) -> Any:
        """The value at `key`, as it is written: variables are not filled in. None where there is none."""
        value: Any = self.values
        for part in key:
            if isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                value = value.get(part) if isinstance(value, dict) else None
        return value

    def problem(self, key: Key, message: str, hint: str = "") -> HubError:
        """What is wrong with the value at `key`."""
        return HubError(self.sentence(key, message), hint, ExitCode.USAGE)

    def sentence(self, key: Key, message: str) -> str:
        """File, line and key, and what is wrong there."""
        known = next((key[:length] for length in range(len(key), 0, -1) if key[:length] in self.lines), ())
        line = f", line {self.lines[known]}" if known else ""
        name = f" {printable('.'.join(map(str, key)))}:" if key else ""
        return f"{printable(str(self.path))}{line}:{name} {message}"


def read_document(path: Path) -> Document:
    """The document at `path`. Raises HubError (exit 2) with file and line for one that cannot be read."""
    try:
        text = read_bounded(path, MAX_BYTES).decode()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or ("not UTF-8" if isinstance(error, UnicodeDecodeError) else error)
        raise HubError(f"{path} cannot be read: {why}", code=ExitCode.USAGE) from error
    read: Callable[[Path, str], Document] = _read_toml if path.suffix == ".toml" else _read_yaml
    return read(path, text)


def _read_yaml(path: Path, text: str) -> Document:
    try:
        _check_bounds(path, text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _malformed(path, mark.line + 1 if mark else 1, f"not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise _malformed(path, 1, f"not YAML: {error}") from error
    if node is None:
        return Document(path, {})
    if not isinstance(node, yaml.MappingNode):
        raise _malformed(path, node.start_mark.line + 1, "not a mapping of keys to values")
    lines: dict[Key, int] = {}
    return Document(path, _value(path, node, (), lines), lines)


def _check_bounds(path: Path, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            # Nine lines of them can stand for a billion values.
            raise _malformed(path, line, f"aliases (*{event.anchor}) are not read; write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _malformed(path, line, f"nested deeper than {MAX_DEPTH} levels")


def _value(path: Path, node: yaml.Node, key: Key, lines: dict[Key, int]) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in _NOTHING else node.value
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[*key, number] = item.start_mark.line + 1
        return [_value(path, item, (*key, number), lines) for number, item in enumerate(node.value)]
    found: dict[str, Any] = {}
    for name, item in node.value:
        line = name.start_mark.line + 1
        if not isinstance(name, yaml.ScalarNode):
            raise _malformed(path, line, "a key must be text")
        if name.value in found:
            raise _malformed(path, line, f"{name.value} is there already, on line {lines[*key, name.value]}")
        lines[*key, name.value] = line
        found[name.value] = _value(path, item, (*key, name.value), lines)
    return found


def _read_toml(path: Path, text: str) -> Document:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+)", str(error))
        raise _malformed(path, int(where[1]) if where else 1, f"not TOML: {error}") from error
    except RecursionError:
        raise _malformed(path, 1, f"nested deeper than {MAX_DEPTH} levels") from None
    return Document(path, values, dict(_toml_lines(text)))


_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?")
_PAIR = re.compile(r"\s*([\w.\"'-]+)\s*=")
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")


def _toml_lines(text: str) -> Iterator[tuple[Key, int]]:
    """The lines of tables and of the keys that begin one; what stands inside of a value has that of its key."""
    table: Key = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = _parts(header[1])
            yield table, number
        elif pair := _PAIR.match(line):
            yield (*table, *_parts(pair[1])), number


def _parts(dotted: str) -> Key:
    return tuple(match[1] or match[2] or match[3] or "" for match in _PART.finditer(dotted))


def _malformed(path: Path, line: int, message: str) -> HubError:
    return HubError(f"{printable(str(path))}, line {line}: {printable(message)}", code=ExitCode.USAGE)
