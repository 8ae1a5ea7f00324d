"""`specs/<sha256>.json`: the OpenAPI documents that entries need, under the hash of their bytes. Immutable."""

from collections.abc import Iterator

from hub_build.compile import Compiled


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """One file a document; entries that share one share the file."""
    for sha256, data in compiled.specs.items():
        yield f"specs/{sha256}.json", data
