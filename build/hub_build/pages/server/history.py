"""The versions of a server, and what changed from one to the next."""

from dataclasses import dataclass
from itertools import pairwise

from hub_build.compile import Document, Server
from hub_build.pages.differences import differences

# A page is not an archive: the API has all versions.
MAX_RELEASES = 25


@dataclass(frozen=True, slots=True)
class Release:
    """One version. problem: why it is not to be started; changes: against the version before, in words."""

    version: str
    published: str
    sha256: str
    problem: str
    changes: tuple[str, ...]


def releases(server: Server) -> tuple[Release, ...]:
    """The newest first."""
    documents = server.documents[:MAX_RELEASES]
    if len(documents) == 1:
        return (_release(documents[0], ()),)
    entries = [one.entry for one in documents]
    changes = [tuple(differences(old, new)) for new, old in pairwise(entries)]
    return tuple(_release(one, said) for one, said in zip(documents, (*changes, ()), strict=True))


def _release(document: Document, changes: tuple[str, ...]) -> Release:
    problem = document.standing.reason if document.standing.status == "deleted" else ""
    return Release(document.version, document.published, document.sha256, problem, changes)
