"""`entries/<id>/<sha256>.json`: the official `server` object of each entry, under the hash of its bytes.

Immutable: what is at an address never changes, so that caches may keep it and the launcher can prove it.
"""

from hub_build.compile import Server
from hub_build.outputs.output import Files


def of_server(server: Server) -> Files:
    """One document for every version that the index names."""
    for document in server.documents:
        yield f"entries/{document.id}/{document.sha256}.json", document.data
