"""What came of an import, for people and for scripts. All text of strangers is escaped."""

import json
from collections.abc import Iterator
from typing import Protocol

from hub_build.convert import Kind, Note
from hub_build.convert.outcome import Outcome, Verb, as_json, told_finding
from hub_build.convert.run import Run
from hub_launch.judge.findings import quoted
from hub_launch.judge.registry import shown
from hub_launch.text import printable

# Notes of an entry that are shown; a large `_meta` could otherwise fill the screen. JSON has all of them.
MAX_NOTES = 40

_WORDS = {
    Verb.WRITTEN: "written, and good",
    Verb.EXISTS: "already there (--replace writes over it)",
    Verb.EARLIER: "earlier versions (--versions writes them too)",
    Verb.INCOMPLETE: "to be completed by a person (--drafts writes them too)",
    Verb.DRAFT: "written as drafts; `hub-build check` says what is left to do",
    Verb.REFUSED: "not converted",
}
_PLACED = (Verb.WRITTEN, Verb.EXISTS, Verb.DRAFT)


class Report(Protocol):
    """Makes a report of a run."""

    def __call__(self, run: Run, *, dry_run: bool) -> str:
        """The report, without a final newline."""


def _as_text(run: Run, *, dry_run: bool) -> str:
    lines = [f"unread     {printable(file)}: {printable(reason)}" for file, reason in run.unread]
    for one in run.outcomes:
        lines += [_headline(one, dry_run=dry_run), *_remarks(one)]
    return "\n".join([*lines, *([""] if lines else []), *summary(run, dry_run=dry_run)])


def _headline(one: Outcome, *, dry_run: bool) -> str:
    server = one.server
    verb = "would write" if dry_run and one.verb in (Verb.WRITTEN, Verb.DRAFT) else str(one.verb)
    what = " ".join(filter(None, (server.text("name") or server.source, server.text("version") or server.version)))
    where = f" -> {shown(one.path)}" if one.path and one.verb in _PLACED else ""
    return f"{verb:10} {printable(what)}{printable(where)}"


def _remarks(one: Outcome) -> Iterator[str]:
    notes = sorted(one.server.notes, key=lambda note: list(reversed(Kind)).index(note.kind))
    for note in notes[:MAX_NOTES]:
        yield f"    {note.kind:9} {_told(note)}"
    if len(notes) > MAX_NOTES:
        yield f"    and {len(notes) - MAX_NOTES} more: --format json has all"
    for finding in one.remarks:
        yield f"    {finding.severity.name.lower():9} {told_finding(finding)}"


def _told(note: Note) -> str:
    words = [printable(note.field), quoted(note.value) if note.value else "", printable(note.because)]
    return ": ".join(filter(None, (" ".join(filter(None, words[:2])), words[2])))


def summary(run: Run, *, dry_run: bool) -> Iterator[str]:
    """How many of what, in a line each."""
    files = "1 file" if run.files == 1 else f"{run.files} files"
    unread = f", {len(run.unread)} of them not read" if run.unread else ""
    yield f"{len(run.outcomes)} servers and versions in {files}{unread}:"
    for verb, words in _WORDS.items():
        count = sum(one.verb is verb for one in run.outcomes)
        if count:
            yield f"  {count:6} {'to be written' if dry_run and verb is Verb.WRITTEN else words}"


def _as_json(run: Run, *, dry_run: bool) -> str:
    """All notes in full. ASCII, so that no terminal acts on it."""
    counts = {str(verb): sum(one.verb is verb for one in run.outcomes) for verb in Verb}
    unread = [{"file": file, "reason": reason} for file, reason in run.unread]
    servers = [as_json(one) for one in run.outcomes]
    report = {"dryRun": dry_run, "files": run.files, "counts": counts, "unread": unread, "servers": servers}
    return json.dumps(report, indent=2)


REPORTS: dict[str, Report] = {"text": _as_text, "json": _as_json}
