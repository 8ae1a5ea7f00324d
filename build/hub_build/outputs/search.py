"""`search.json`: all that a search over servers and their tools looks at, for the site and the command line.

Rows in the place of objects: at 25,000 servers the names of the fields would be half of the file.
"""

from collections.abc import Iterator

from hub_build.api import SEARCH_FIELDS, SEARCH_VERSION
from hub_build.compile import Compiled
from hub_launch.catalog import IndexRow, canonical_json


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """One row a server that may be started."""
    rows = [_row(row, compiled) for row in compiled.index.servers if row.status != "withdrawn"]
    index = {"schemaVersion": SEARCH_VERSION, "fields": SEARCH_FIELDS, "servers": rows}
    yield "search.json", canonical_json(index)


def _row(row: IndexRow, compiled: Compiled) -> tuple[object, ...]:
    tools = tools_of(compiled, row.id)
    return (
        row.id,
        row.name,
        row.title,
        row.description,
        row.status,
        row.kinds,
        row.categories,
        row.tags,
        tools,
    )


def tools_of(compiled: Compiled, server: str) -> tuple[str, ...]:
    """The names of the tools that were seen; none of a server that was not tested."""
    seen = compiled.seen.get(server)
    return seen.tools if seen else ()
