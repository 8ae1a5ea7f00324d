"""The registry's table of contents: what the launcher downloads first, and all it needs to list and search."""

from typing import Annotated

from pydantic import Field

from hub_launch.catalog.base import Count, Flag, Id, Model, Name, Sha256, Version
from hub_launch.catalog.entry import Category, Entry, Status
from hub_launch.catalog.kinds import AnyKind
from hub_launch.catalog.lists import Lists
from hub_launch.catalog.profiles import Profile

# A launcher that does not know a later version refuses the index instead of misreading it.
SCHEMA_VERSION = 1


class IndexVersion(Model):
    """An earlier version of a server, which can still be asked for by `<id>@<version>`."""

    version: Version
    """The version."""
    sha256: Sha256
    """Of the document `entries/<id>/<sha256>.json`."""
    specs: tuple[Sha256, ...] = ()
    """Of the files `specs/<sha256>.json` that the document needs."""


class IndexRow(Model):
    """One server in the index: enough to find it, and the hash of its document."""

    id: Id
    """What people type."""
    name: Name
    """The server's name in the official registry."""
    title: str
    """The name people read."""
    description: str
    """What one can do with it, in one line."""
    version: Version
    """The version that the document describes."""
    status: Status = "active"
    """`deprecated` warns, `withdrawn` refuses to start."""
    kinds: tuple[AnyKind, ...]
    """How it can be started, best first; other words than the known ones are for plug-ins."""
    categories: tuple[Category, ...]
    """Where the server is found in the catalog."""
    tags: tuple[str, ...] = ()
    """Words people may search for."""
    sha256: Sha256
    """Of the document `entries/<id>/<sha256>.json`."""
    specs: tuple[Sha256, ...] = ()
    """Of the files `specs/<sha256>.json` that the document needs."""
    versions: tuple[IndexVersion, ...] = ()
    """Earlier versions, the newest first."""
    verified: Flag = False
    """Who publishes the packages says in them that the server's name is theirs."""
    recorded: Sha256 | None = None
    """Of `recorded/<id>.json`, what a smoke test of this version saw; absent when there was none."""

    @property
    def path(self) -> str:
        """Where the document is, relative to the registry's address."""
        return f"entries/{self.id}/{self.sha256}.json"

    def at(self, version: str) -> "IndexRow | None":
        """The row of this or an earlier version of the server; None if there is no such version."""
        if version == self.version:
            return self
        earlier = next((one for one in self.versions if one.version == version), None)
        if earlier is None:
            return None
        changes = {
            "version": earlier.version,
            "sha256": earlier.sha256,
            "specs": earlier.specs,
            "versions": (),
            "recorded": None,
        }
        return self.model_copy(update=changes)


class Index(Model):
    """All servers of a registry, sorted by id."""

    schema_version: Annotated[Count, Field(ge=1, le=SCHEMA_VERSION)]
    """Of this file's form; a reader refuses one it does not know."""
    title: str
    """The registry's name for people."""
    count: Count
    """Number of servers; a reader compares it with the list."""
    lists: Lists = Lists()
    """Other names, yanked versions, withdrawn servers; also of servers that have no entry any more."""
    profiles: tuple[Profile, ...] = ()
    """Sets of servers that are started together, sorted by id."""
    servers: tuple[IndexRow, ...]
    """One row a server."""


def kinds_of(entry: Entry) -> tuple[str, ...]:
    """The ways to start `entry`, in the order in which they are tried, each once."""
    kinds: list[str] = [package.registry_type for package in entry.packages or ()]
    if entry.module:
        kinds.append("module")
    if entry.openapi:
        kinds.append("openapi")
    # Whoever installed a plug-in prefers what runs here to what somebody else runs, as with the kinds before.
    kinds += entry.extensions or ()
    if entry.remotes:
        kinds.append("remote")
    return tuple(dict.fromkeys(kinds))
