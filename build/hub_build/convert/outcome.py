"""What becomes of each server of an import."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from hub_build.convert.imported import Imported, Kind, Note
from hub_launch.judge.findings import Finding
from hub_launch.judge.registry import shown


class Verb(StrEnum):
    """What becomes of a server."""

    WRITTEN = "written"
    EXISTS = "exists"  # and may not be written over
    EARLIER = "earlier"  # an earlier version, which is not asked for
    INCOMPLETE = "incomplete"  # a person must give a fact, or change what a check refuses
    DRAFT = "draft"  # the same, and written
    REFUSED = "refused"  # no entry can be made of it


@dataclass(frozen=True, slots=True)
class Outcome:
    """One server and what became of it.

    path: where its file is, or would be; None if it has no place. data: the file's content, None if there is no entry.
    remarks: findings of the checks.
    """

    server: Imported
    verb: Verb
    path: Path | None = None
    data: bytes | None = None
    remarks: tuple[Finding, ...] = ()

    @property
    def to_write(self) -> bool:
        """Whether a file is written."""
        return self.verb in (Verb.WRITTEN, Verb.DRAFT) and self.path is not None and self.data is not None


def refused(server: Imported, *reasons: str) -> Outcome:
    """No entry, for `reasons`."""
    notes = tuple(Note(Kind.REFUSED, "", "", reason) for reason in reasons)
    return Outcome(replace(server, document=None, notes=(*server.notes, *notes)), Verb.REFUSED)


def told_finding(finding: Finding) -> str:
    """A finding about a file that is not there: without its place."""
    return f"{finding.message}: {finding.hint}" if finding.hint else finding.message


def as_json(one: Outcome) -> dict[str, Any]:
    """One outcome for scripts."""
    server = one.server
    return {
        "source": server.source,
        "id": server.text("id"),
        "name": server.text("name"),
        "version": server.text("version") or server.version,
        "outcome": str(one.verb),
        "file": shown(one.path) if one.path else "",
        "notes": [
            {"kind": str(note.kind), "field": note.field, "value": note.value, "because": note.because}
            for note in server.notes
        ],
        "remarks": [
            {"severity": finding.severity.name, "rule": finding.rule, "message": told_finding(finding)}
            for finding in one.remarks
        ],
    }
