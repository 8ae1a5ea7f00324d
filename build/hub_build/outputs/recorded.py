"""`recorded/<id>.json`: what a smoke test of the current version saw: tools, prompts, resources, how it started."""

from collections.abc import Iterator

from hub_build.compile import Compiled


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """One file a server that was tested; its hash is in the index."""
    for id_, seen in compiled.seen.items():
        yield f"recorded/{id_}.json", seen.data
