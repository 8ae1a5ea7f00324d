"""A branch compared with its base, as plain values."""

from dataclasses import dataclass
from enum import Enum

from hub_launch.catalog import Entry
from hub_launch.judge.findings import Finding, Verdict
from hub_launch.judge.registry import Registry, Source


class Kind(Enum):
    """What happened to a file or an entry."""

    ADDED = "added"
    EDITED = "edited"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One file that differs from the base.

    file: as messages name it. path: from the top of the checkout. inside: its parts below the registry's folder, empty
    for files elsewhere. before, after: the document, of files of `servers/` and `versions/` that could be read.
    """

    file: str
    path: str
    kind: Kind
    inside: tuple[str, ...] = ()
    before: Source | None = None
    after: Source | None = None

    def finding(self, severity: Verdict, rule: str, message: str, hint: str = "") -> Finding:
        """A finding about the file as a whole."""
        return Finding(self.file, 1, None, "", severity, rule, message, hint)


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One server that the branch touches: its file, an earlier version, its description or its records.

    file: `servers/<id>.yaml` as messages name it. kind: what happened to that file; None if it is as it was.
    before, after: that file; None where it is not there or could not be read.
    """

    id: str
    file: str
    kind: Kind | None
    before: Source | None
    after: Source | None

    @property
    def entries(self) -> tuple[Entry, Entry] | None:
        """The entry before and after, where both are whole."""
        before, after = (source.entry if source else None for source in (self.before, self.after))
        return (before, after) if before and after else None

    def finding(self, key: str, severity: Verdict, rule: str, message: str, hint: str = "") -> Finding:
        """A finding about the top-level `key` of the entry as it is now."""
        if self.after is None:
            return Finding(self.file, 1, None, "", severity, rule, message, hint)
        return self.after.loaded.finding((key,) if key else (), rule, message, hint, severity=severity)


@dataclass(frozen=True, slots=True)
class Branch:
    """What a branch changes.

    base: the commit it is compared with. registry: as the branch has it. author: the login of who proposes it, or
    empty. today: as `2026-11-21`, in UTC.
    """

    base: str
    registry: Registry
    changes: tuple[Change, ...] = ()
    entries: tuple[EntryChange, ...] = ()
    author: str = ""
    today: str = ""

    def below(self, folder: str) -> list[Change]:
        """The changes below `folder` of the registry."""
        return [change for change in self.changes if change.inside[:1] == (folder,)]
