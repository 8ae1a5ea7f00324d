"""The user's own entries as one more registry."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hub_launch.catalog import SCHEMA_VERSION, Entry, Index, IndexRow, canonical_json, kinds_of, sha256_hex, to_server
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.contents import Listed
from hub_launch.index.source import Reading

if TYPE_CHECKING:
    from hub_launch.judge.findings import Finding

OVERLAY = "overlay"
"""What the registry is called, as in `overlay/<id>`."""

EPHEMERAL = "ephemeral"
"""That of the entries which a running hub has in memory alone."""


class OverlaySource:
    """Reads the files each time: they are few, and the user's."""

    def __init__(self, folder: Path) -> None:
        self.location = str(folder)
        self._folder = folder
        self._documents: dict[str, bytes] = {}

    def read(self, max_age: float = 0) -> Reading:
        """See Source. Entries that would not pass the checks are left out, with a notice each."""
        entries, findings = self._entries()
        rows = tuple(sorted(map(self._row, entries), key=lambda row: row.id))
        index = Index(schema_version=SCHEMA_VERSION, title="Your own entries", count=len(rows), servers=rows)
        notices = (f"{one.file}:{one.line}: {one.message}; the entry is left out" for one in findings)
        return Reading(Listed(index), notices=tuple(notices))

    def _entries(self) -> "tuple[Sequence[Entry], Sequence[Finding]]":
        # Here, since the checks take a tenth of a second to import, and most users have no entries of their own.
        from hub_launch.judge.overlay import Overlay

        return Overlay(self._folder).read()

    def document(self, path: str, limit: int, sha256: str) -> bytes:
        """See Source."""
        if path not in self._documents:
            raise HubError(f"{self.location} has no {path}", code=ExitCode.REGISTRY)
        return self._documents[path]

    def local_path(self, path: str, limit: int, sha256: str) -> Path:
        """See Source. There are no files but entries."""
        raise HubError(f"{self.location} has no {path}", code=ExitCode.REGISTRY)

    def _row(self, entry: Entry) -> IndexRow:
        data = canonical_json(to_server(entry))
        row = IndexRow(
            id=entry.id,
            name=entry.name,
            title=entry.title,
            description=entry.description,
            version=entry.version,
            status=entry.status,
            kinds=kinds_of(entry),
            categories=entry.categories,
            tags=entry.tags or (),
            sha256=sha256_hex(data),
        )
        self._documents[row.path] = data
        return row


class MemorySource(OverlaySource):
    """Entries that a running hub has in memory, judged there."""

    def __init__(self, entries: "Sequence[Entry]") -> None:
        super().__init__(Path("memory"))
        self.location = "the running hub's memory"
        self._in_memory = entries

    def _entries(self) -> "tuple[Sequence[Entry], Sequence[Finding]]":
        return self._in_memory, ()


def has_entries(folder: Path) -> bool:
    """Whether the user has any entry of their own."""
    return next((folder / "servers").glob("*.yaml"), None) is not None
