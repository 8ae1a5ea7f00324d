"""`search.json`: all that the catalog of the site searches, filters and sorts by; for other programs too.

Rows in the place of objects: at 25,000 servers the names of the fields would be half of the file. Rows and not columns:
what a server adds is then a piece of bytes, which is remembered, and compressed both take the same room.
"""

import json
from collections.abc import Sequence

from hub_build.api import SEARCH_FIELDS, SEARCH_VERSION
from hub_build.compile import Compiled, Server
from hub_build.outputs.output import HERE, Files, json_with
from hub_build.traits import credentials_of, permissions_of
from hub_launch.catalog import canonical_json


def row(server: Server) -> bytes:
    """The server, if it may be started, and what was seen of it."""
    one = server.document
    if one.status == "withdrawn":
        return b""
    seen = json.loads(server.seen.data) if server.seen else {}
    tools = server.seen.tools if server.seen else ()
    outcome = seen.get("outcome", "")
    published = one.server
    return canonical_json(
        (
            *(one.id, one.name, one.title, one.description, one.status, one.kinds, one.categories, one.tags, tools),
            *(one.version, one.published, credentials_of(published, outcome), one.proof is not None),
            *permissions_of(published),
            *(outcome, seen.get("tier", ""), seen.get("startSeconds", 0)),
        )
    )


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Files:
    """One row a server that may be started."""
    empty = {"schemaVersion": SEARCH_VERSION, "fields": SEARCH_FIELDS, "servers": HERE}
    yield "search.json", json_with(canonical_json(empty), rows)
