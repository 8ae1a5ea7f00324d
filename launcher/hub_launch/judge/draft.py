"""What an entry file alone compiles to. Most entries are published so; lists and OpenAPI documents change others."""

import json
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from hub_launch.catalog import META_KEY, AnyKind, sha256_hex
from hub_launch.catalog.entry import Category, Status

Node = dict[str, Any]
Summarized = tuple[str, str, str, str, str, str, Status, tuple[AnyKind, ...], tuple[Category, ...], tuple[str, ...]]
"""The fields of a Summary."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is asked of one version of a server most: lists and pages have it on every line.

    published: the day, as `2026-11-21`.
    """

    id: str
    name: str
    title: str
    description: str
    version: str
    published: str
    status: Status
    kinds: tuple[AnyKind, ...]
    categories: tuple[Category, ...]
    tags: tuple[str, ...]

    @property
    def summary(self) -> Summarized:
        """These fields in their order, with which whatever extends them begins."""
        fields: Summarized = _SUMMARY(self)
        return fields


_SUMMARY = attrgetter(*Summary.__match_args__)


@dataclass(frozen=True, slots=True)
class Draft(Summary):
    """An official `server` object, and what outputs ask of it most.

    data: the object as canonical JSON; sha256: its hash. spec: the name of its OpenAPI document, empty if it has none.
    """

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
        server["title"],
        server["description"],
        server["version"],
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
