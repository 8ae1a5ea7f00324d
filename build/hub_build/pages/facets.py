"""What the catalog's form offers to choose servers by. The counting is done in the browser (assets/hub/catalog)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from hub_build.pages.data.facts import Facts
from hub_build.pages.data.groups import category_title
from hub_launch.catalog.entry import Category
from hub_launch.catalog.recorded import Tier

KINDS = {
    "npm": "npm",
    "pypi": "PyPI",
    "oci": "Container image",
    "mcpb": "Bundle (MCPB)",
    "nuget": "NuGet",
    "openapi": "HTTP API (OpenAPI)",
    "module": "Python module",
    "remote": "Remote server",
}
"""Kinds as people call them; those of plug-ins have their own names alone."""

_CREDENTIALS = {"none": "None", "optional": "Optional", "required": "Needed"}
_PLACES = {"local": "On your machine", "remote": "Somewhere else"}
_NETWORKS = {"none": "None", "loopback": "This machine", "hosts": "Named hosts", "any": "Any"}
_FILES = {"none": "None", "arguments": "Those you name", "any": "Any"}
_TIERS = {"bwrap": "bubblewrap", "landlock": "Landlock", "container": "Container", "none": "No sandbox"}

ORDERS = {
    "best": "Best match",
    "name": "Name",
    "changed": "Recently changed",
    "tools": "Most tools",
    "start": "Fastest start",
}
"""The orders of assets/hub/catalog/orders.js, as people call them."""


@dataclass(frozen=True, slots=True)
class Option:
    """A box to tick. name: of the facet, in the page's address and in assets/hub/catalog/facets.js."""

    name: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes under one heading. is_open: seen without a click."""

    legend: str
    options: tuple[Option, ...]
    is_open: bool = False


def groups(servers: Iterable[Facts]) -> tuple[Group, ...]:
    """What can be chosen among `servers`. Categories and kinds that nobody has are not offered."""
    servers = tuple(servers)
    trust = (Option("verified", "yes", "Verified publisher"), Option("tested", "yes", "Passed its test"))
    return (
        Group("Category", _options("category", _categories(servers)), is_open=True),
        Group("Trust", trust, is_open=True),
        Group("Credentials", _options("credentials", _CREDENTIALS), is_open=True),
        Group("Runs", _options("where", _PLACES), is_open=True),
        Group("Kind", _options("kind", _kinds(servers))),
        Group("Network", _options("network", _NETWORKS)),
        Group("Files", _options("files", _FILES)),
        Group("Tested in", _options("sandbox", {tier: _TIERS.get(tier, tier) for tier in get_args(Tier)})),
    )


def _categories(servers: Iterable[Facts]) -> dict[str, str]:
    used = {category for one in servers for category in one.categories}
    return {category: category_title(category) for category in get_args(Category) if category in used}


def _kinds(servers: Iterable[Facts]) -> dict[str, str]:
    """The known ones in their order, and those of plug-ins."""
    used = {kind for one in servers for kind in one.kinds}
    return {kind: KINDS.get(kind, kind) for kind in (*KINDS, *sorted(used - KINDS.keys())) if kind in used}


def _options(name: str, labels: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(name, value, label) for value, label in labels.items())
