"""The folder that imported entries are written to: what is in it, what may go there, and the writing."""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from hub_build.convert import Ids, Imported, Kind, Note
from hub_build.convert.emit import HEADER, emit
from hub_build.convert.outcome import Outcome, Verb, refused
from hub_launch.errors import HubError
from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Finding, Verdict, verdict_of
from hub_launch.judge.load import ENTRY, Loaded, load_bytes
from hub_launch.judge.registry import Registry, Source, entry_source, read_entries, read_registry, shown


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user allows. replace: write over entries. drafts: write entries that a person must complete.

    versions: write earlier versions; they are never written over.
    """

    replace: bool = False
    drafts: bool = False
    versions: bool = False


@dataclass(frozen=True, slots=True)
class _Draft:
    """A server on its way: the file it would be, and that file as the checks read it (None if it is no entry)."""

    outcome: Outcome
    source: Source | None = None


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
        """Ids that leave those in use to their servers, and other names to what they stand for."""
        known = {one.text("name") or one.path.stem: one.text("id") or one.path.stem for one in self.registry.sources}
        unread = {finding.file: Path(finding.file).stem for finding in self.registry.unreadable}
        # Under a name that no server can have.
        others = {f"alias {alias}": alias for alias in self.registry.lists.lists.aliases}
        return Ids(known | unread | others)

    def judged(self, servers: Iterable[Imported], wishes: Wishes) -> list[Outcome]:
        """What would become of `servers`: whether each passes all checks, beside all others and what is there."""
        drafts = _unique([self._draft(server) for server in servers])
        chosen = {shown(one.source.path): one.source for one in drafts if one.source and one.outcome.server.newest}
        findings = self._findings(chosen)
        there = {source.text("id"): source.text("version") for source in self.registry.sources}
        return _with_current([_verdict(one, findings, wishes) for one in drafts], there)

    def write(self, outcomes: Sequence[Outcome]) -> None:
        """Write what is to be written; each file appears whole or not at all. Raises HubError if the disk refuses."""
        try:
            for one in outcomes:
                if one.to_write and one.path and one.data:
                    one.path.parent.mkdir(parents=True, exist_ok=True)
                    _write(one.path, one.data)
        except OSError as error:
            raise HubError(
                f"{shown(self.folder)} cannot be written: {error.strerror or error}",
                "what was written before is whole; correct it and run again",
            ) from error

    def _draft(self, server: Imported) -> _Draft:
        document = server.document
        if document is None:
            return _Draft(Outcome(server, Verb.REFUSED))
        if not server.text("id") or not (server.newest or server.text("version")):
            return _Draft(Outcome(server, Verb.INCOMPLETE))
        path = self._path(server)
        try:
            data = emit(document, HEADER)
        except ValueError as error:
            return _Draft(refused(server, str(error)))
        loaded = load_bytes(data, shown(path), ENTRY)
        faults = loaded.findings if isinstance(loaded, Loaded) else loaded
        if faults or not isinstance(loaded, Loaded) or loaded.document != document:
            return _Draft(refused(server, "; ".join(one.message for one in faults) or "it is not the same as YAML"))
        source = entry_source(path, loaded)
        verb = Verb.INCOMPLETE if source.entry is None else Verb.WRITTEN
        return _Draft(Outcome(server, verb, path, data), source if source.entry else None)

    def _path(self, server: Imported) -> Path:
        if server.newest:
            return self.folder / f"{server.text('id')}.yaml"
        return self.folder.parent / "versions" / server.text("id") / f"{server.text('version')}.yaml"

    def _findings(self, chosen: Mapping[str, Source]) -> dict[str, list[Finding]]:
        there = [source for source in self.registry.sources if shown(source.path) not in chosen]
        sources = sorted([*there, *chosen.values()], key=lambda source: source.path.name)
        findings: dict[str, list[Finding]] = {}
        for finding in run_checks(replace(self.registry, sources=tuple(sources)), frozenset(chosen)):
            findings.setdefault(finding.file, []).append(finding)
        return findings


def _unique(drafts: list[_Draft]) -> list[_Draft]:
    """The second entry of one server in a run would write over the first."""
    seen: set[Path] = set()
    kept = []
    for one in drafts:
        path = one.outcome.path
        again = path in seen
        kept.append(
            _Draft(refused(one.outcome.server, "another server of this import has its place")) if again else one
        )
        if path:
            seen.add(path)
    return kept


def _verdict(draft: _Draft, findings: Mapping[str, list[Finding]], wishes: Wishes) -> Outcome:
    one = draft.outcome
    if one.path is None:
        return one
    if not one.server.newest and not wishes.versions:
        return replace(one, verb=Verb.EARLIER)
    found = tuple(findings.get(shown(one.path), []))
    complete = draft.source is not None and verdict_of(found) is not Verdict.FAIL
    told = found if complete else _untold(one.server, found)
    if not complete and not wishes.drafts:
        return replace(one, verb=Verb.INCOMPLETE, remarks=told)
    # What was published in a version stays as it was.
    if os.path.lexists(one.path) and not (wishes.replace and one.server.newest):
        return replace(one, verb=Verb.EXISTS, remarks=told)
    return replace(one, verb=Verb.WRITTEN if complete else Verb.DRAFT, remarks=told)


def _with_current(outcomes: Sequence[Outcome], there: Mapping[str, str]) -> list[Outcome]:
    """Earlier versions are written beside their server's entry alone: a registry where it is missing is broken.

    there: the servers that the registry has, with their versions. One of these is no earlier one.
    """
    written = {one.server.text("id") for one in outcomes if one.server.newest and one.to_write}
    return [one if one.server.newest else _beside(one, written, there) for one in outcomes]


def _beside(one: Outcome, written: Set[str], there: Mapping[str, str]) -> Outcome:
    id_ = one.server.text("id")
    if one.to_write and id_ not in written and there.get(id_) == one.server.text("version"):
        return replace(one, verb=Verb.EXISTS)
    return one if id_ in written or id_ in there else _alone(one)


def _alone(one: Outcome) -> Outcome:
    if not one.to_write:
        return one
    missing = Note(Kind.MISSING, "version", "", "the entry of the current version, which is not written either")
    server = replace(one.server, notes=(*one.server.notes, missing))
    return replace(one, server=server, verb=Verb.INCOMPLETE)


def _untold(server: Imported, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """`found` without those about a fact that a note already says is missing."""
    missing = {f"/{note.field.replace('.', '/')}" for note in server.notes if note.kind is Kind.MISSING}
    return tuple(finding for finding in found if finding.pointer not in missing)


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
