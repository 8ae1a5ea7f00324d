"""`search.json`: all that a search over servers and their tools looks at, for the site and the command line.

Rows in the place of objects: at 25,000 servers the names of the fields would be half of the file.
"""

from collections.abc import Sequence

from hub_build.api import SEARCH_FIELDS, SEARCH_VERSION
from hub_build.compile import Compiled, Server
from hub_build.outputs.output import HERE, Files, json_with
from hub_launch.catalog import canonical_json


def row(server: Server) -> bytes:
    """The server, if it may be started, and the names of the tools that were seen."""
    one = server.document
    if one.status == "withdrawn":
        return b""
    tools = server.seen.tools if server.seen else ()
    return canonical_json(
        (one.id, one.name, one.title, one.description, one.status, one.kinds, one.categories, one.tags, tools)
    )


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Files:
    """One row a server that may be started."""
    empty = {"schemaVersion": SEARCH_VERSION, "fields": SEARCH_FIELDS, "servers": HERE}
    yield "search.json", json_with(canonical_json(empty), rows)
