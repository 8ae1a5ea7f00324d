"""`entries/<id>/<sha256>.json`: the official `server` object of each entry, under the hash of its bytes.

Immutable: what is at an address never changes, so that caches may keep it and the launcher can prove it.
"""

from collections.abc import Iterator

from hub_build.compile import Compiled


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """One document for every version that the index names."""
    for document in compiled.all_documents:
        yield f"entries/{document.id}/{document.sha256}.json", document.data
