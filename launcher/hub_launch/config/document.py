"""The text of a configuration file as plain values, all scalars as text, with the line of every key."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub_launch.config.key import Key
from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import read_bounded
from hub_launch.judge.load import Loaded, Profile, load_bytes
from hub_launch.judge.load.loaded import Spots
from hub_launch.judge.load.scalars import Plain
from hub_launch.text import printable

# A thousand servers with all their parameters are a tenth of it.
MAX_BYTES = 1024 * 1024
# A parameter of a server stands five levels deep.
MAX_DEPTH = 20

# A value is a path, an address or a pattern.
MAX_TEXT = 64 * 1024
# Keys and values: some twenty for each of a thousand servers.
MAX_NODES = 50_000
# YAML's words for no value; every other scalar is text until the models say what it is.
_NOTHING = frozenset(["", "~", "null"])
# What the reader calls a file without any key, which is no mistake here.
_EMPTY = "empty"


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
        data = read_bounded(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        hint = "`hub-launch init` writes one to begin with; --config names another place"
        raise HubError(f"{printable(str(path))} cannot be read: {why(error)}", hint, ExitCode.USAGE) from error
    return document_of(path, data)


def document_of(path: Path, data: bytes) -> Document:
    """What `data` would say as the file at `path`. Raises HubError as `read_document` does."""
    return (_read_toml if path.suffix == ".toml" else _read_yaml)(path, data)


def _read_yaml(path: Path, data: bytes) -> Document:
    loaded = load_bytes(data, str(path), _PROFILE)
    findings = loaded.findings if isinstance(loaded, Loaded) else loaded
    if any(one.rule == _EMPTY for one in findings):
        return Document(path, {})
    if findings or not isinstance(loaded, Loaded):
        said = "\n".join(f"{one.file}, line {one.line}: {one.message}" for one in findings)
        raise HubError(said, findings[0].hint, ExitCode.USAGE)
    return Document(path, loaded.document, dict(_lines(loaded.spots, ())))


def _as_written(text: str) -> Plain:
    return None if text in _NOTHING else text


_PROFILE = Profile(MAX_BYTES, MAX_TEXT, MAX_DEPTH, MAX_NODES, _as_written, text_keys=True)


def _lines(spots: Spots | None, key: Key) -> Iterator[tuple[Key, int]]:
    for part, ((line, _), _, inner) in (spots or {}).items():
        yield (*key, part), line
        yield from _lines(inner, (*key, part))


def _read_toml(path: Path, data: bytes) -> Document:
    try:
        text = data.decode()
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise _malformed(path, data.count(b"\n", 0, error.start) + 1, "not UTF-8") from error
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
