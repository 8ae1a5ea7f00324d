"""Entries in the official registry's own form, as their publishers would send them."""

from collections.abc import Iterator, Sequence
from typing import Any

from hub_build.convert.imported import Kind, Note, told
from hub_launch.catalog import META_KEY, Entry, to_server

REGISTRY_META = "io.modelcontextprotocol.registry/official"

# The official registry's words for ours.
STATUS = {"active": "active", "deprecated": "deprecated", "deleted": "withdrawn"}
_OFFICIAL_STATUS = {ours: theirs for theirs, ours in STATUS.items()}


def write_one(entries: Sequence[Entry]) -> tuple[dict[str, Any], list[Note]]:
    """The official `server` object of the one entry, as its publisher would send it."""
    return _server(entries[0])


def write_list(entries: Sequence[Entry]) -> tuple[dict[str, Any], list[Note]]:
    """The API's list."""
    written = [(entry, *_server(entry)) for entry in entries]
    answers = [{"server": server, "_meta": {REGISTRY_META: _written_marks(entry)}} for entry, server, _ in written]
    notes = [note for _, _, notes in written for note in notes]
    return {"servers": answers, "metadata": {"count": len(answers)}}, notes


def _server(entry: Entry) -> tuple[dict[str, Any], list[Note]]:
    server = to_server(entry)
    meta = server.pop("_meta")
    own = meta.pop(META_KEY)
    if meta:
        server["_meta"] = meta
    return server, list(_unwritten(entry, own))


def _unwritten(entry: Entry, own: dict[str, Any]) -> Iterator[Note]:
    for key, value in own.items():
        if key not in ("id", "published", "status"):
            yield Note(Kind.LOST, f"{entry.id}.{key}", told(value), "the official form has no place for it")


def _written_marks(entry: Entry) -> dict[str, Any]:
    # The day is all that an entry keeps of the time.
    stamp = f"{entry.published}T00:00:00Z"
    return {
        "status": _OFFICIAL_STATUS[entry.status],
        "publishedAt": stamp,
        "updatedAt": stamp,
        "isLatest": True,
    }
