"""A new version in the text of an entry: a few lines change, everything else stays as its author wrote it."""

import copy
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hub_build.bump.newer import Newer
from hub_launch.catalog.package import EXCLUDE_NEWER
from hub_launch.errors import HubError
from hub_launch.judge.findings import Pointer
from hub_launch.judge.load import ENTRY, Loaded, load_bytes

Values = Mapping[Pointer, str]


def new_text(loaded: Loaded, text: str, newer: Newer, today: date) -> str | None:
    """`text` with the newer version's values; None where it cannot be done by changing single values.

    What comes out is read again and compared: it says what is wanted, and nothing else has changed.
    """
    values = dict(_values(loaded.document, newer, today))
    lines = text.splitlines(keepends=True)
    # From the end, so that an added line moves no place that is still to be changed.
    for pointer in sorted(values, key=loaded.position, reverse=True):
        if not _set(lines, loaded, pointer, values[pointer]):
            return None
    new = "".join(lines)
    result = load_bytes(new.encode(), loaded.file, ENTRY)
    wanted = _with(loaded.document, values)
    return new if isinstance(result, Loaded) and result.document == wanted else None


def _values(document: Any, newer: Newer, today: date) -> Iterator[tuple[Pointer, str]]:
    yield ("version",), newer.release.version
    yield ("published",), today.isoformat()
    for pointer, release in newer.parts.items():
        yield (*pointer, "version"), release.version
        if release.integrity:
            yield (*pointer, "integrity"), release.integrity
        # Else the day of the earlier version would leave out the new one.
        for place in _days(document, pointer):
            yield place, (release.published.date() if release.published else today).isoformat()


def _days(document: Any, package: Pointer) -> Iterator[Pointer]:
    """Where a package says until which day its dependencies count."""
    arguments = document
    for part in (*package, "runtimeArguments"):
        arguments = arguments[part] if isinstance(part, int) else arguments.get(part, [])
    for number, argument in enumerate(arguments):
        if argument.get("name") == EXCLUDE_NEWER and "value" in argument:
            yield (*package, "runtimeArguments", number, "value")


def _with(document: dict[str, Any], values: Values) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    for pointer, value in values.items():
        parent: Any = changed
        for part in pointer[:-1]:
            parent = parent[part]
        parent[pointer[-1]] = value
    return changed


def _set(lines: list[str], loaded: Loaded, pointer: Pointer, value: str) -> bool:
    old = _value(loaded.document, pointer)
    if old is None:
        return _add(lines, loaded, pointer, value)
    line, column = loaded.position(pointer)
    before, after = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    for quote in ('"', "'", ""):
        spelt = f"{quote}{old}{quote}"
        # The whole value, and not the beginning of a longer one.
        if after.startswith(spelt) and re.match(r"\s*([,}\]]|#|$)", after[len(spelt) :]):
            lines[line - 1] = f"{before}{_spelt(value, quote)}{after[len(spelt) :]}"
            return True
    return False


def _add(lines: list[str], loaded: Loaded, pointer: Pointer, value: str) -> bool:
    """A line for what was not there, below the version of the same package, where that has a line of its own."""
    line, column = loaded.position((*pointer[:-1], "version"), key=True)
    if not lines[line - 1][column - 1 :].startswith("version:") or "{" in lines[line - 1][: column - 1]:
        return False
    lines.insert(line, f"{' ' * (column - 1)}{pointer[-1]}: {value}\n")
    return True


def _spelt(value: str, quote: str) -> str:
    """`value` as it was spelt; with quotes where YAML would read a number, a date or another value in it."""
    plain = re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.+_/=-]*", value) and not re.fullmatch(
        r"[0-9_.]+([eE][+-]?[0-9]+)?|0[xob][0-9a-fA-F_]+|[0-9]+-[0-9]+-[0-9]+|[A-Za-z]+", value
    )
    dots = value.count(".") >= 2 and re.fullmatch(r"[0-9.]+", value)
    return f"{quote}{value}{quote}" if quote or plain or dots else f'"{value}"'


def _value(document: Any, pointer: Pointer) -> str | None:
    for part in pointer:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return None
    return str(document)


def text_of(data: bytes, file: str) -> str:
    """The file's text. Raises HubError for one with a carriage return, which line by line cannot be kept."""
    text = data.decode()
    if "\r" in text:
        raise HubError(f"{file} has line ends of Windows", "save it with those of Unix, and bump again")
    return text
