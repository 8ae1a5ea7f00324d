"""An opened registry: its index, and the entries it names."""

import json
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from hub_launch.catalog import Entry, IndexRow, Recorded, from_server
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.contents import Contents, first_fault
from hub_launch.index.opening import open_source
from hub_launch.index.places import Place
from hub_launch.index.source import MAX_ENTRY_BYTES, MAX_RECORDED_BYTES, MAX_SPEC_BYTES, Source, Stale

# The newest ones; a server may have thousands.
MAX_VERSIONS_TOLD = 5


class Registry:
    """What a registry offers. Reads documents when asked for them, each checked against the index."""

    def __init__(self, source: Source, name: str = "", max_age: float = 0) -> None:
        self._source = source
        reading = source.read(max_age)
        self.name = name or source.location
        """What people call it, as in `name/id`."""
        self.index: Contents = reading.contents
        """Its table of contents."""
        self.stale: Stale | None = reading.stale
        """None if the registry confirmed the index now. If not, only what was read before may be started."""
        self.notices = reading.notices
        """What the user should know about how the index was read."""

    @classmethod
    def open(cls, place: Place, cache_dir: Path, max_age: float = 0) -> "Registry":
        """The registry at a place. Raises HubError (exit 3) if it is unreachable, not one, or not what was signed."""
        return cls(open_source(place, cache_dir), place.name, max_age)

    @property
    def location(self) -> str:
        """Its address."""
        return self._source.location

    def knows(self, name: str) -> bool:
        """Whether the id, alias or official name means a server of this registry, be it a withdrawn one."""
        current = self.index.lists.current_id(name)
        return self.index.lists.withdrawal(current) is not None or self.index.find(current) is not None

    def resolve(self, wanted: str, *, withdrawn: bool = False) -> IndexRow:
        """The row for `id`, `id@version` or an official `namespace/name`.

        Raises HubError: exit 2 for an unknown one, exit 3 for one that was withdrawn, unless those are wanted too.
        """
        typed, _, version = wanted.partition("@")
        name = self.index.lists.current_id(typed)
        gone = self.index.lists.withdrawal(name)
        if gone and not withdrawn:
            more = f"more at {gone.advisory}" if gone.advisory else f"`hub-launch info {name}` shows its entry"
            raise HubError(f"{name} was withdrawn on {gone.date}: {gone.reason}", more, ExitCode.REGISTRY)
        row = self.index.find(name)
        if row is None:
            raise self._unknown(name)
        if version:
            row = row.at(version) or _no_version(row, version)
        if row.status == "withdrawn" and not withdrawn:
            raise HubError(
                f"{row.id} was withdrawn from the registry and is not started",
                f"`hub-launch info {row.id}` says why",
                ExitCode.REGISTRY,
            )
        return row

    def entry(self, row: IndexRow) -> Entry:
        """The entry behind a row. Raises HubError (exit 3) if its document is missing, changed or not ours."""
        data = self._source.document(row.path, MAX_ENTRY_BYTES, row.sha256)
        try:
            entry = from_server(json.loads(data))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise HubError(
                f"The document of {row.id} in {self.location} is not an entry: {first_fault(error)}",
                "a newer launcher may read it: `pip install --upgrade mcp-hub-launch`",
                ExitCode.REGISTRY,
            ) from error
        if entry.id != row.id:
            raise HubError(f"The document of {row.id} in {self.location} describes {entry.id}", code=ExitCode.REGISTRY)
        return entry

    def recorded(self, row: IndexRow) -> Recorded | None:
        """What a smoke test saw of the server; None without one. Raises HubError (exit 3) if it cannot be read."""
        if row.recorded is None:
            return None
        path = f"recorded/{row.id}.json"
        data = self._source.document(path, MAX_RECORDED_BYTES, row.recorded)
        try:
            return Recorded.model_validate_json(data, by_alias=True, by_name=False)
        except ValidationError as error:
            raise HubError(
                f"{path} in {self.location} is no record of a smoke test: {first_fault(error)}", code=ExitCode.REGISTRY
            ) from error

    def spec_path(self, sha256: str) -> Path:
        """A local copy of an OpenAPI description that the registry ships."""
        return self._source.local_path(f"specs/{sha256}.json", MAX_SPEC_BYTES, sha256)

    def similar(self, name: str) -> list[str]:
        """Ids and aliases that somebody who types `name` may mean."""
        return get_close_matches(name.lower(), [*self.index.ids, *self.index.lists.aliases], n=3, cutoff=0.6)

    def _unknown(self, name: str) -> HubError:
        close = self.similar(name)
        hint = f"did you mean {' or '.join(close)}? " if close else ""
        return HubError(
            f"No server {name!r} in the registry {self.location}",
            f"{hint}`hub-launch search {name}` looks in descriptions too",
            ExitCode.USAGE,
        )


def _no_version(row: IndexRow, version: str) -> NoReturn:
    known = [row.version, *(one.version for one in row.versions)][:MAX_VERSIONS_TOLD]
    raise HubError(
        f"{row.id} is not in the registry in version {version}; it has {', '.join(known)}",
        f"use `{row.id}` or `{row.id}@{row.version}`",
        ExitCode.USAGE,
    )
