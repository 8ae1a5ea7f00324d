"""`/changes/`: what was added and changed, the newest first, from the days that entries and lists state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from hub_build.compile import Compiled, Document
from hub_build.pages.differences import differences
from hub_build.pages.page import View

Event = Literal["new", "version", "yanked", "withdrawn"]

# What a reader who looks in once a month has missed; the page grows with what is in it and not with the registry.
MAX_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a server.

    before: the version before, of a new version. details: what is different, or why it was taken back; a line each.
    """

    day: str
    event: Event
    id: str
    title: str
    version: str
    before: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Came:
    """A version and the one that it came after, if it did."""

    document: Document
    before: Document | None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Days with what happened on them, the newest first."""

    days: list[tuple[str, list[Change]]]


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """One page."""
    words = "New servers and new versions, and what was taken back."
    yield View("changes/", "changes.html", "Changes", words, ChangesPage(recent_changes(compiled)), "changes")


def recent_changes(compiled: Compiled) -> list[tuple[str, list[Change]]]:
    """The last MAX_CHANGES, by day, the newest first; of one day by id."""
    came = sorted(_came(compiled), key=lambda one: (one.document.id, one.document.version))
    came.sort(key=lambda one: one.document.published, reverse=True)
    # Documents are read for what is shown alone.
    changes = [*_taken_back(compiled), *(_change(one) for one in came[:MAX_CHANGES])]
    changes.sort(key=lambda one: (one.id, one.version))
    changes.sort(key=lambda one: one.day, reverse=True)
    return [(day, list(group)) for day, group in groupby(changes[:MAX_CHANGES], key=lambda one: one.day)]


def _came(compiled: Compiled) -> Iterator[_Came]:
    for server in compiled.servers:
        # The newest first; those that were published on one day are in the order of their versions.
        documents = server.documents
        for document, before in pairwise(documents):
            yield _Came(document, before)
        yield _Came(documents[-1], None)


def _change(one: _Came) -> Change:
    document, before = one.document, one.before
    if before is None:
        return Change(document.published, "new", document.id, document.title, document.version)
    details = tuple(differences(before.entry, document.entry))
    return Change(document.published, "version", document.id, document.title, document.version, before.version, details)


def _taken_back(compiled: Compiled) -> Iterator[Change]:
    """Of servers that are still there; others have no page to lead to."""
    titles = {one.id: (one.title, one.version) for one in compiled.documents}
    for yanked in compiled.lists.yanked:
        if yanked.id in titles:
            title, _ = titles[yanked.id]
            yield Change(yanked.date, "yanked", yanked.id, title, yanked.version, details=(yanked.reason,))
    for withdrawn in compiled.lists.withdrawn:
        if withdrawn.id in titles:
            title, version = titles[withdrawn.id]
            yield Change(withdrawn.date, "withdrawn", withdrawn.id, title, version, details=(withdrawn.reason,))
