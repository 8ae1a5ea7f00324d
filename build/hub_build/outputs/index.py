"""`index.json`: what the launcher reads first."""

from collections.abc import Iterator

from hub_build.compile import Compiled
from hub_launch.catalog import canonical_json


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """One row a server, with the hash of its document."""
    yield "index.json", canonical_json(compiled.index.model_dump(mode="json", exclude_none=True))
