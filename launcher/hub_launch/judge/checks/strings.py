"""Every text of a document with its place: also of documents that break the schema."""

from collections.abc import Iterator
from typing import Any

from hub_launch.judge.findings import Pointer

Placed = tuple[Pointer, str]


def strings_of(document: dict[str, Any]) -> list[Placed]:
    """All values that are text, in no particular order. Iterative: a document may be as deep as the loader allows."""
    found: list[Placed] = []
    waiting: list[tuple[Pointer, Any]] = [((), document)]
    while waiting:
        at, value = waiting.pop()
        for key, inner in _inside(value):
            if isinstance(inner, str):
                found.append(((*at, key), inner))
            elif isinstance(inner, dict | list):
                waiting.append(((*at, key), inner))
    return found


def _inside(value: Any) -> Iterator[tuple[str | int, Any]]:
    return iter(value.items()) if isinstance(value, dict) else enumerate(value)
