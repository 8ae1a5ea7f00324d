"""`index.json`: what the launcher reads first."""

from collections.abc import Sequence
from dataclasses import replace

from hub_build.compile import Compiled, Server
from hub_build.outputs.output import HERE, Files, json_with
from hub_launch.catalog import canonical_json


def row(server: Server) -> bytes:
    """The server with the hash of its document."""
    return canonical_json(server.row.model_dump(mode="json", exclude_none=True))


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Files:
    """One row a server."""
    empty = replace(compiled, documents=()).index.model_dump(mode="json", exclude_none=True)
    yield "index.json", json_with(canonical_json({**empty, "count": len(rows), "servers": HERE}), rows)
