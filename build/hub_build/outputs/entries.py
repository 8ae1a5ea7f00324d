"""`entries/<id>/<sha256>.json`: the official `server` object of each entry, under the hash of its bytes.

Immutable: what is at an address never changes, so that caches may keep it and the launcher can prove it.
"""

from collections.abc import Iterator

from hub_build.compile import Compiled


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """One document a row of the index."""
    for row, document in zip(compiled.index.servers, compiled.documents, strict=True):
        yield row.path, document.data
