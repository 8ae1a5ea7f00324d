"""`recorded/<id>.json`: what a smoke test of the current version saw: tools, prompts, resources, how it started."""

from hub_build.compile import Server
from hub_build.outputs.output import Files


def of_server(server: Server) -> Files:
    """One file of a server that was tested; its hash is in the index."""
    if server.seen:
        yield f"recorded/{server.document.id}.json", server.seen.data
