"""`specs/<sha256>.json`: the OpenAPI documents that entries need, under the hash of their bytes. Immutable."""

from collections.abc import Sequence

from hub_build.compile import Compiled
from hub_build.outputs.output import Files


def whole(compiled: Compiled, rows: Sequence[bytes] = ()) -> Files:
    """One file a document; entries that share one share the file."""
    for sha256, data in compiled.specs.items():
        yield f"specs/{sha256}.json", data
