"""A draft as YAML with comments, each above the line that it is about."""

from collections.abc import Mapping
from typing import Any

from hub_build.convert.emit import HEADER, emit, ordered
from hub_launch.judge.findings import Pointer
from hub_launch.judge.load import ENTRY, Loaded, load_bytes
from hub_launch.judge.load.loaded import Spots
from hub_launch.text import printable

MAX_LINE = 118


def commented(document: Mapping[str, Any], remarks: Mapping[Pointer, str]) -> bytes:
    """`document` in the order of the guide, with `remarks` as comments. Remarks on what is not there are left out.

    Raises ValueError for a document that the loader would refuse.
    """
    data = emit(ordered(document), HEADER)
    loaded = load_bytes(data, "", ENTRY)
    if isinstance(loaded, tuple):
        raise ValueError("; ".join(finding.message for finding in loaded))  # noqa: TRY004  # not a matter of types
    lines = data.decode().splitlines()
    # From below, so that the lines still to come keep their numbers.
    for line, text in sorted(_places(loaded, remarks), reverse=True):
        at = lines[line - 1]
        lines[line - 1 : line - 1] = _comment(text, len(at) - len(at.lstrip()))
    return ("\n".join(lines) + "\n").encode()


def _places(loaded: Loaded, remarks: Mapping[Pointer, str]) -> list[tuple[int, str]]:
    return [
        (loaded.position(pointer, key=True)[0], text) for pointer, text in remarks.items() if _is_there(loaded, pointer)
    ]


def _is_there(loaded: Loaded, pointer: Pointer) -> bool:
    spots: Spots | None = loaded.spots
    for part in pointer:
        if spots is None or part not in spots:
            return False
        spots = spots[part][2]
    return True


def _comment(text: str, indent: int) -> list[str]:
    start = " " * indent + "# "
    lines, current = [], start
    for word in printable(" ".join(text.split())).split(" "):
        if len(current) > len(start) and len(current) + len(word) >= MAX_LINE:
            lines.append(current.rstrip())
            current = start
        current += word + " "
    return [*lines, current.rstrip()]
