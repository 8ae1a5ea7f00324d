"""What an entry file alone compiles to. Most entries are published so; lists and OpenAPI documents change others."""

import json
from dataclasses import dataclass
from typing import Any

from hub_launch.catalog import META_KEY, AnyKind, sha256_hex
from hub_launch.catalog.entry import Category, Status

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """An official `server` object, and what outputs ask of it most.

    data: the object as canonical JSON; sha256: its hash. spec: the name of its OpenAPI document, empty if it has none.
    """

    id: str
    name: str
    version: str
    title: str
    description: str
    published: str
    status: Status
    kinds: tuple[AnyKind, ...]
    categories: tuple[Category, ...]
    tags: tuple[str, ...]
    spec: str
    data: bytes
    sha256: str


def draft_of(data: bytes) -> Draft:
    """The draft whose `server` object is `data`."""
    server: Node = json.loads(data)
    own = server["_meta"][META_KEY]
    return Draft(
        own["id"],
        server["name"],
        server["version"],
        server["title"],
        server["description"],
        own["published"],
        own.get("status", "active"),
        _kinds(server, own),
        tuple(own["categories"]),
        tuple(own.get("tags", ())),
        own.get("openapi", {}).get("file", ""),
        data,
        sha256_hex(data),
    )


def _kinds(server: Node, own: Node) -> tuple[AnyKind, ...]:
    """As the contract's kinds_of has them of an entry."""
    kinds: list[AnyKind] = [package["registryType"] for package in server.get("packages", ())]
    others: tuple[AnyKind, ...] = ("module", "openapi")
    kinds += [*(kind for kind in others if kind in own), *own.get("extensions", ())]
    return tuple(dict.fromkeys([*kinds, *(("remote",) if "remotes" in server else ())]))
