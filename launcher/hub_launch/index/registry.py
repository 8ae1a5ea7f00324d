"""An opened registry: its index, and the entries it names."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from hub_launch.catalog import SCHEMA_VERSION, Entry, Index, IndexRow, from_server
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.source import MAX_ENTRY_BYTES, MAX_SPEC_BYTES, Source, open_source
from hub_launch.settings import Settings

# The newest ones; a server may have thousands.
MAX_VERSIONS_TOLD = 5


class Registry:
    """What a registry offers. Reads documents when asked for them, each checked against the index."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._index: Index | None = None
        self.notice = source.index(self._accept)
        """What the user should know about how the index was read, or empty."""

    @classmethod
    def open(cls, settings: Settings) -> "Registry":
        """The registry that the settings name. Raises HubError (exit 3) if it is unreachable or not one."""
        return cls(open_source(settings))

    @property
    def location(self) -> str:
        """Its address."""
        return self._source.location

    @property
    def index(self) -> Index:
        """Its table of contents."""
        if self._index is None:
            raise RuntimeError("the source gave no index and raised no error")
        return self._index

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
        row = next((row for row in self.index.servers if name in (row.id, row.name)), None)
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

    def resolve_all(self, wanted: Sequence[str]) -> list[IndexRow]:
        """The rows for several ids, each once, in the order given."""
        rows = (self.resolve(one) for one in wanted)
        return list({row.id: row for row in rows}.values())

    def entry(self, row: IndexRow) -> Entry:
        """The entry behind a row. Raises HubError (exit 3) if its document is missing, changed or not ours."""
        data = self._source.document(row.path, MAX_ENTRY_BYTES, row.sha256)
        try:
            entry = from_server(json.loads(data))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise HubError(
                f"The document of {row.id} in {self.location} is not an entry: {_first(error)}",
                "a newer launcher may read it: `pip install --upgrade mcp-hub-launch`",
                ExitCode.REGISTRY,
            ) from error
        if entry.id != row.id:
            raise HubError(f"The document of {row.id} in {self.location} describes {entry.id}", code=ExitCode.REGISTRY)
        return entry

    def spec_path(self, sha256: str) -> Path:
        """A local copy of an OpenAPI description that the registry ships."""
        return self._source.local_path(f"specs/{sha256}.json", MAX_SPEC_BYTES, sha256)

    def _accept(self, data: bytes) -> None:
        self._index = parse_index(data, self.location)

    def _unknown(self, name: str) -> HubError:
        names = [*(row.id for row in self.index.servers), *self.index.lists.aliases]
        close = get_close_matches(name.lower(), names, n=3, cutoff=0.6)
        hint = f"did you mean {' or '.join(close)}? " if close else ""
        return HubError(
            f"No server {name!r} in the registry {self.location}",
            f"{hint}`hub-launch search {name}` looks in descriptions too",
            ExitCode.USAGE,
        )


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
            f"{where}/index.json is not a registry index: {_first(error)}", hint, ExitCode.REGISTRY
        ) from error
    if index.count != len(index.servers):
        raise HubError(
            f"{where}/index.json promises {index.count} servers and lists {len(index.servers)}",
            "the registry was published incompletely; tell its operator",
            ExitCode.REGISTRY,
        )
    return index


def _no_version(row: IndexRow, version: str) -> NoReturn:
    known = [row.version, *(one.version for one in row.versions)][:MAX_VERSIONS_TOLD]
    raise HubError(
        f"{row.id} is not in the registry in version {version}; it has {', '.join(known)}",
        f"use `{row.id}` or `{row.id}@{row.version}`",
        ExitCode.USAGE,
    )


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        detail = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in detail["loc"])
        return f"{where}: {detail['msg']}" if where else detail["msg"]
    return str(error) or type(error).__name__
