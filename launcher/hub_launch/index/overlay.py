"""The user's own entries as one more registry."""

from pathlib import Path

from hub_launch.catalog import SCHEMA_VERSION, Entry, Index, IndexRow, canonical_json, kinds_of, sha256_hex, to_server
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.contents import Listed
from hub_launch.index.source import Reading

OVERLAY = "overlay"
"""What the registry is called, as in `overlay/<id>`."""


class OverlaySource:
    """Reads the files each time: they are few, and the user's."""

    def __init__(self, folder: Path) -> None:
        self.location = str(folder)
        self._folder = folder
        self._documents: dict[str, bytes] = {}

    def read(self, max_age: float = 0) -> Reading:
        """See Source. Entries that would not pass the checks are left out, with a notice each."""
        # Here, since the checks take a tenth of a second to import, and most users have no entries of their own.
        from hub_launch.judge.overlay import Overlay

        entries, findings = Overlay(self._folder).read()
        rows = tuple(sorted(map(self._row, entries), key=lambda row: row.id))
        index = Index(schema_version=SCHEMA_VERSION, title="Your own entries", count=len(rows), servers=rows)
        notices = (f"{one.file}:{one.line}: {one.message}; the entry is left out" for one in findings)
        return Reading(Listed(index), notices=tuple(notices))

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


def has_entries(folder: Path) -> bool:
    """Whether the user has any entry of their own."""
    return next((folder / "servers").glob("*.yaml"), None) is not None
