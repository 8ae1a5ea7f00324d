"""The versions of a server, and what changed from one to the next: in what they ask for, and in their tools."""

import json
from dataclasses import dataclass
from itertools import pairwise

from hub_build.compile import Document, Seen, Server
from hub_build.pages.differences import differences
from hub_launch.judge.recorded import tool_changes

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
    seen = [server.seen, *(server.seen_before.get(one.version) for one in documents[1:])]
    changes = [
        (*differences(old, new), *_tools(before, now))
        for (new, old), (now, before) in zip(pairwise(entries), pairwise(seen), strict=True)
    ]
    return tuple(_release(one, said) for one, said in zip(documents, (*changes, ()), strict=True))


def _tools(old: Seen | None, new: Seen | None) -> list[str]:
    """What became of the tools, where both versions were seen."""
    before, after = (json.loads(one.data).get("tools") if one else None for one in (old, new))
    if before is None or after is None:
        return []
    changes = tool_changes(before, after)
    changed = (f"tool {name} changed ({', '.join(keys)})" for name, keys in (changes.changed or {}).items())
    return [
        *(f"new tool {name}" for name in changes.added),
        *(f"tool {name} is gone" for name in changes.removed),
        *changed,
    ]


def _release(document: Document, changes: tuple[str, ...]) -> Release:
    problem = document.standing.reason if document.standing.status == "deleted" else ""
    return Release(document.version, document.published, document.sha256, problem, changes)
