"""The folder that imported entries are written to: what is in it, what may go there, and the writing."""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from hub_build.checks import run_checks
from hub_build.convert import Ids, Imported, Kind, Note
from hub_build.convert.emit import HEADER, emit
from hub_build.convert.finish import is_entry
from hub_build.findings import Finding, Verdict
from hub_build.load import ENTRY, Loaded, load_bytes
from hub_build.registry import Registry, Source, read_entries, read_registry, shown
from hub_launch.catalog import Entry
from hub_launch.errors import HubError


class Verb(StrEnum):
    """What becomes of a server."""

    WRITTEN = "written"
    EXISTS = "exists"  # and may not be written over
    EARLIER = "earlier"  # an earlier version: kept for `versions/`, which another command fills
    INCOMPLETE = "incomplete"  # a person must give a fact
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One server and what became of it. data: the file's content, None if there is no entry."""

    server: Imported
    verb: Verb
    path: Path | None = None
    data: bytes | None = None
    remarks: tuple[Finding, ...] = ()

    @property
    def entry(self) -> bool:
        """Whether it was converted, wherever it went."""
        return self.data is not None


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of entries."""

    folder: Path
    registry: Registry

    @classmethod
    def of(cls, folder: Path) -> "Store":
        """The store in `folder`, which need not exist yet."""
        if folder.name == "servers" and folder.is_dir():
            return cls(folder, read_registry(folder.parent))
        paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
        sources, unreadable = read_entries(paths)
        return cls(folder, Registry(sources, unreadable))

    def ids(self) -> Ids:
        """Ids that leave those in use to their servers."""
        known = {one.text("name") or one.path.stem: one.text("id") or one.path.stem for one in self.registry.sources}
        unread = {finding.file: Path(finding.file).stem for finding in self.registry.unreadable}
        return Ids(known | unread)

    def judged(self, servers: Iterable[Imported], *, replace: bool) -> list[Outcome]:
        """What would become of `servers`: whether each passes all checks, beside all others and what is there."""
        drafts = [self._draft(server) for server in servers]
        outcomes, chosen = self._unique(drafts), dict[Path, Source]()
        for one in outcomes:
            source = self._source(one) if one.verb is Verb.WRITTEN else None
            if source and one.path:
                chosen[one.path] = source
        findings = self._findings(chosen)
        return [self._verdict(one, findings, replace=replace) for one in outcomes]

    def write(self, outcomes: Sequence[Outcome]) -> None:
        """Write what is to be written; each file appears whole or not at all. Raises HubError if the disk refuses."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for one in outcomes:
                if one.verb is Verb.WRITTEN and one.path and one.data:
                    _write(one.path, one.data)
        except OSError as error:
            raise HubError(
                f"{shown(self.folder)} cannot be written: {error.strerror or error}",
                "what was written before is whole; correct it and run again",
            ) from error

    def _draft(self, server: Imported) -> Outcome:
        document = server.document
        if document is None:
            return Outcome(server, Verb.REFUSED)
        if not is_entry(document):
            return Outcome(server, Verb.INCOMPLETE)
        try:
            data = emit(document, HEADER)
        except ValueError as error:
            return _refused(server, str(error))
        loaded = load_bytes(data, str(document["id"]), ENTRY)
        faults = loaded.findings if isinstance(loaded, Loaded) else loaded
        if faults or not isinstance(loaded, Loaded) or loaded.document != document:
            return _refused(server, "; ".join(one.message for one in faults) or "it is not the same as YAML")
        verb = Verb.WRITTEN if server.newest else Verb.EARLIER
        return Outcome(server, verb, self.folder / f"{document['id']}.yaml", data)

    def _unique(self, outcomes: list[Outcome]) -> list[Outcome]:
        """The second entry of one server in a run would write over the first."""
        seen: set[Path | None] = set()
        kept = []
        for one in outcomes:
            again = one.verb is Verb.WRITTEN and one.path in seen
            kept.append(_refused(one.server, "another server of this import has the same id") if again else one)
            if one.verb is Verb.WRITTEN:
                seen.add(one.path)
        return kept

    def _source(self, one: Outcome) -> Source | None:
        if one.path is None or one.data is None:
            return None
        loaded = load_bytes(one.data, shown(one.path), ENTRY)
        if not isinstance(loaded, Loaded):
            return None
        return Source(one.path, loaded, Entry.model_validate(loaded.document, by_alias=True, by_name=False))

    def _findings(self, chosen: dict[Path, Source]) -> dict[str, list[Finding]]:
        names = {shown(path) for path in chosen}
        there = [source for source in self.registry.sources if shown(source.path) not in names]
        registry = replace_sources(self.registry, [*there, *chosen.values()])
        findings: dict[str, list[Finding]] = {}
        for finding in run_checks(registry, frozenset(names)):
            findings.setdefault(finding.file, []).append(finding)
        return findings

    def _verdict(self, one: Outcome, findings: dict[str, list[Finding]], *, replace: bool) -> Outcome:
        if one.verb is not Verb.WRITTEN or one.path is None:
            return one
        found = findings.get(shown(one.path), [])
        failed = [finding for finding in found if finding.severity is Verdict.FAIL]
        if failed:
            return _refused(one.server, *(told_finding(finding) for finding in failed))
        there = os.path.lexists(one.path)
        verb = Verb.EXISTS if there and not replace else Verb.WRITTEN
        return Outcome(one.server, verb, one.path, one.data, tuple(found))


def replace_sources(registry: Registry, sources: Sequence[Source]) -> Registry:
    """`registry` with other entries, sorted as when they are read."""
    ordered = sorted(sources, key=lambda source: source.path.name)
    return replace(registry, sources=tuple(ordered))


def told_finding(finding: Finding) -> str:
    """A finding about a file that is not there: without its place."""
    return f"{finding.message}: {finding.hint}" if finding.hint else finding.message


def _refused(server: Imported, *reasons: str) -> Outcome:
    notes = tuple(Note(Kind.REFUSED, "", "", reason) for reason in reasons)
    return Outcome(replace(server, document=None, notes=(*server.notes, *notes)), Verb.REFUSED)


def _write(path: Path, data: bytes) -> None:
    # In the same folder, so that the last step is a move: a run that is killed leaves no half entry.
    handle, staged = tempfile.mkstemp(prefix=".", suffix=".hub-build", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(staged).chmod(0o644)
        Path(staged).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(staged).unlink()
        raise


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
        "remarks": [told_finding(finding) for finding in one.remarks],
    }
