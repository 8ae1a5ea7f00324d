"""The tools of all servers as clients know them, and the words that each is found by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Raw

from hub_launch.hub.ranking import Words, weighed
from hub_launch.run.messages import object_of

# How much more a word says in a name than in a description.
_NAME, _TITLE, _DESCRIPTION, _PARAMETER, _ABOUT_PARAMETER, _SERVER = 4.0, 2.0, 1.0, 0.7, 0.3, 1.5
# Of schemas within schemas, which may go on for ever.
_DEPTH = 3
# Of a definition, which may have a quarter of a million characters; what a tool does is said in the first of them.
_MAX_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A tool as clients know it."""

    name: str
    """Among all servers' tools."""
    own: str
    """At its server."""
    raw: Raw
    """Its definition, under that name."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The tools of one server; the same object as long as they are the same."""

    server: str
    title: str
    tools: tuple[Shown, ...]


def words_of_tools(shelf: Shelf) -> list[Words]:
    """For each tool of a server the words that it is found by."""
    return [weighed(_bounded(_texts(shelf, tool))) for tool in shelf.tools]


def _bounded(texts: Iterator[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    left = _MAX_CHARACTERS
    for weight, text in texts:
        yield weight, text[:left]
        left -= len(text)
        if left <= 0:
            return


def _texts(shelf: Shelf, tool: Shown) -> Iterator[tuple[float, str]]:
    """What a tool is found by, with what each text weighs."""
    words = object_of(tool.raw) or {}
    yield _NAME, tool.own
    # The user's name for it, where there is one.
    shown = tool.name.removeprefix(f"{shelf.server}_")
    yield _NAME, "" if shown == tool.own else shown
    yield _SERVER, shelf.server
    yield _SERVER, _other(shelf.title, shelf.server)
    yield _TITLE, _other(words.get("title") or (words.get("annotations") or {}).get("title"), tool.own)
    yield _DESCRIPTION, _text(words.get("description"))
    yield from _parameters(words.get("inputSchema"), _DEPTH)


def _other(title: Any, name: str) -> str:
    """A title, if it says more than the name: many are the name with spaces."""
    text = _text(title)
    return "" if text.replace(" ", "").casefold() == name.replace("_", "").replace("-", "").casefold() else text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _parameters(schema: Any, depth: int) -> Iterator[tuple[float, str]]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(properties, Mapping) or not depth:
        return
    for name, inner in properties.items():
        yield _PARAMETER, name
        if isinstance(inner, Mapping):
            yield _ABOUT_PARAMETER, _text(inner.get("description"))
            yield from _parameters(inner, depth - 1)
            yield from _parameters(inner.get("items"), depth - 1)
