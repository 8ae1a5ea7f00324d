"""Entry <-> the official `server` object, without loss in either direction.

The official object has no room for our own keys, so they travel under one reverse-DNS key of its `_meta`.
`integrity` belongs to a package but is ours too: it travels as a list beside them, in the packages' order.
"""

from typing import Any

from hub_launch.catalog.entry import PUBLISHER_KEY, Entry

OFFICIAL_SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
META_KEY = "io.github.mcp-hub-launch/entry"

OFFICIAL_KEYS = (
    "name",
    "title",
    "description",
    "version",
    "repository",
    "websiteUrl",
    "icons",
    "packages",
    "remotes",
)


def to_server(entry: Entry) -> dict[str, Any]:
    """The official `server` object for `entry` (JSON values), valid against schema 2025-12-11."""
    document = entry.model_dump(mode="json", exclude_unset=True)
    meta = document.pop("_meta", {})
    server: dict[str, Any] = {"$schema": OFFICIAL_SCHEMA}
    server |= {key: document.pop(key) for key in OFFICIAL_KEYS if key in document}
    integrity = [package.pop("integrity", None) for package in server.get("packages", ())]
    if any(integrity):
        document["integrity"] = integrity
    return {**server, "_meta": {**meta, META_KEY: document}}


def from_server(server: dict[str, Any]) -> Entry:
    """The entry that `server` was made of. Raises pydantic.ValidationError or KeyError if it was not."""
    own = dict(server["_meta"][META_KEY])
    integrity = own.pop("integrity", [])
    document = {key: server[key] for key in OFFICIAL_KEYS if key in server} | own
    if PUBLISHER_KEY in server["_meta"]:
        document["_meta"] = {PUBLISHER_KEY: server["_meta"][PUBLISHER_KEY]}
    if integrity:
        document["packages"] = [
            package | ({"integrity": value} if value else {})
            for package, value in zip(document["packages"], integrity, strict=True)
        ]
    return Entry.model_validate(document)
