"""`/`: every server that may be started, as a plain list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_build.pages.page import View


@dataclass(frozen=True, slots=True)
class Line:
    """One server in the list."""

    id: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """The list, by title."""

    servers: tuple[Line, ...]


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """One page."""
    live = [one for one in compiled.documents if one.status != "withdrawn"]
    lines = tuple(
        Line(one.id, one.title, one.description) for one in sorted(live, key=lambda one: (one.title.lower(), one.id))
    )
    description = f"{len(lines)} MCP servers: what they do, what they need, and how to start them."
    yield View("", "catalog.html", compiled.title, description, Catalog(lines), section="servers")
