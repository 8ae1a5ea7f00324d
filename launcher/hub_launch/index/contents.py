"""What an index lists, however it is kept: as a document in memory, or as a table on disk (see table.py)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError

from hub_launch.catalog import SCHEMA_VERSION, Index, IndexRow, Lists, Profile
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.search import search


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found: how many, and the best of them."""

    total: int
    rows: Sequence[IndexRow]


class Contents(Protocol):
    """A registry's table of contents."""

    @property
    def lists(self) -> Lists:
        """Other names, yanked versions, withdrawn servers."""
        ...

    @property
    def profiles(self) -> Sequence[Profile]:
        """Sets of servers that are started together, sorted by id."""
        ...

    @property
    def servers(self) -> Sequence[IndexRow]:
        """All rows, sorted by id."""
        ...

    @property
    def ids(self) -> Sequence[str]:
        """All ids, sorted."""
        ...

    def find(self, name: str) -> IndexRow | None:
        """The server with that id or official name."""
        ...

    def search(self, words: Sequence[str], limit: int | None = None) -> Hits:
        """The servers that may be started and contain every word, best first; see search.search."""
        ...


class Listed:
    """The index as one document."""

    def __init__(self, index: Index) -> None:
        self.lists = index.lists
        self.profiles: Sequence[Profile] = index.profiles
        self.servers: Sequence[IndexRow] = index.servers

    @property
    def ids(self) -> Sequence[str]:
        """See Contents."""
        return [row.id for row in self.servers]

    def find(self, name: str) -> IndexRow | None:
        """See Contents."""
        return next((row for row in self.servers if name in (row.id, row.name)), None)

    def search(self, words: Sequence[str], limit: int | None = None) -> Hits:
        """See Contents."""
        found = search((row for row in self.servers if row.status != "withdrawn"), words)
        return Hits(len(found), found[:limit])


def parse_index(data: bytes, where: str) -> Index:
    """The index in `data`. Raises HubError (exit 3) that says what is wrong with it."""
    hint = "is this the address of a registry built by `hub-build site`?"
    try:
        document: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise HubError(f"{where}/index.json is not JSON", hint, ExitCode.REGISTRY) from error
    version = document.get("schemaVersion") if isinstance(document, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise HubError(
            f"{where}/index.json has schema version {version}; this launcher reads up to {SCHEMA_VERSION}",
            "`pip install --upgrade mcp-hub-launch`",
            ExitCode.REGISTRY,
        )
    try:
        index = Index.model_validate(document)
    except ValidationError as error:
        raise HubError(
            f"{where}/index.json is not a registry index: {first_fault(error)}", hint, ExitCode.REGISTRY
        ) from error
    if index.count != len(index.servers):
        raise HubError(
            f"{where}/index.json promises {index.count} servers and lists {len(index.servers)}",
            "the registry was published incompletely; tell its operator",
            ExitCode.REGISTRY,
        )
    # As an index has to be, which a registry that was made by other means may not know.
    return index.model_copy(update={"servers": tuple(sorted(index.servers, key=lambda row: row.id))})


def first_fault(error: Exception) -> str:
    """What to say of an error about a document: for a model's, its first fault and where it is."""
    if isinstance(error, ValidationError):
        detail = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in detail["loc"])
        return f"{where}: {detail['msg']}" if where else detail["msg"]
    return str(error) or type(error).__name__
