"""From entries to newer versions of them: ask upstream, start what is new, judge, write."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from hub_build.bump.judge import reasons
from hub_build.bump.newer import Newer, newer_version
from hub_build.bump.rewrite import new_text, text_of
from hub_build.smoke.run import Conditions, Smoked, smoke_all
from hub_build.smoke.workshop import workshop
from hub_build.smoke.write import before
from hub_build.upstream import each
from hub_launch.catalog import Entry, Recorded
from hub_launch.errors import HubError
from hub_launch.files import write_atomic
from hub_launch.judge.load import ENTRY, Loaded, load_bytes
from hub_launch.judge.recorded import FOLDER as RECORDED
from hub_launch.judge.recorded import RecordedFile, ToolChanges, recorded_bytes
from hub_launch.judge.registry import Registry, Source, entry_source, shown

Status = Literal["current", "trivial", "review", "held", "failed"]
"""`current`: nothing newer. `trivial`: may be published without a person. `review`: a person decides. `held`: there is
a newer version that cannot be published as it is. `failed`: upstream could not be asked."""


@dataclass(frozen=True, slots=True)
class Bump:
    """What became of one entry. reasons: why it is not trivial, or why it failed. text: of the new entry file."""

    id: str
    status: Status
    version: str
    newer: Newer | None = None
    reasons: tuple[str, ...] = ()
    changes: ToolChanges = field(default_factory=ToolChanges)
    recorded: Recorded | None = None
    text: str = ""

    @property
    def written(self) -> bool:
        """Whether it leads to files: a version that is held back does not."""
        return self.status in ("trivial", "review")


def bump_all(
    registry: Registry,
    sources: Sequence[Source],
    conditions: Conditions,
    done: Callable[[Recorded], None] = lambda recorded: None,
    now: datetime | None = None,
) -> list[Bump]:
    """What to do about each of `sources`, in their order; writes nothing. `done` hears of each smoke test.

    Raises nothing for what one entry, its package registry or its server does.
    """
    found = [_looked(source, answer, conditions) for source, answer in _asked(registry, sources)]
    candidates = [candidate for candidate in found if isinstance(candidate, _Candidate)]
    tests = _tested(registry, candidates, conditions, done)
    known = before(registry)
    moment = now or datetime.now(UTC)
    return [
        _judged(one, tests[one.entry.id], known.get(one.entry.id), moment) if isinstance(one, _Candidate) else one
        for one in found
    ]


def write_bumps(folder: Path, registry: Registry, bumps: Iterable[Bump]) -> list[Path]:
    """Write what is trivial or for a person to decide, and return the files: the old entry moves to `versions/`."""
    sources = {source.text("id"): source for source in registry.sources}
    written: list[Path] = []
    for bump in bumps:
        if bump.written and bump.recorded:
            source = sources[bump.id]
            record = folder / RECORDED / f"{bump.id}.json"
            written += _kept(record, source.text("version"))
            write_atomic(_earlier(source), source.path.read_bytes())
            write_atomic(source.path, bump.text.encode())
            write_atomic(record, recorded_bytes(bump.recorded))
            written += [source.path, _earlier(source), record]
    return written


def _kept(record: Path, version: str) -> list[Path]:
    """The record of the version that was current goes to those of earlier ones; nothing if there is none of it."""
    found = RecordedFile(record, str(record)).recorded
    if found is None or found.version != version:
        return []
    target = record.parent / record.stem / f"{version}.json"
    write_atomic(target, record.read_bytes())
    return [target]


@dataclass(frozen=True, slots=True)
class _Candidate:
    source: Source
    entry: Entry
    newer: Newer
    text: str
    version: str


def _asked(registry: Registry, sources: Sequence[Source]) -> Iterable[tuple[Source, Newer | HubError | None]]:
    def ask(source: Source) -> Newer | None:
        return newer_version(source.entry, registry.lists.lists) if source.entry else None

    return each(ask, sources)


def _looked(source: Source, answer: Newer | HubError | None, conditions: Conditions) -> "Bump | _Candidate":
    id_, version = source.text("id"), source.text("version")
    if isinstance(answer, HubError):
        return Bump(id_, "failed", version, reasons=(_told(answer),))
    if answer is None:
        return Bump(id_, "current", version)
    held = answer.held or _in_the_way(source)
    if held:
        return Bump(id_, "held", version, answer, (held,))
    try:
        text = new_text(source.loaded, text_of(source.path.read_bytes(), source.loaded.file), answer, conditions.today)
    except (HubError, OSError, ValueError) as error:
        return Bump(id_, "held", version, answer, (str(error),))
    loaded = load_bytes(text.encode(), source.loaded.file, ENTRY) if text else None
    new = entry_source(source.path, loaded) if isinstance(loaded, Loaded) else None
    if text is None or new is None or new.entry is None:
        why = "its file is written in a way that only a person can change"
        return Bump(id_, "held", version, answer, (why,))
    return _Candidate(new, new.entry, answer, text, version)


def _tested(
    registry: Registry, candidates: Sequence[_Candidate], conditions: Conditions, done: Callable[[Recorded], None]
) -> dict[str, Recorded]:
    if not candidates:
        return {}
    changed = {one.source.path: one.source for one in candidates}
    new = replace(registry, sources=tuple(changed.get(source.path, source) for source in registry.sources))
    with workshop(new) as shop:
        entries = [shop.entries[one.entry.id] for one in candidates]
        records = asyncio.run(smoke_all(entries, shop, conditions, done))
    return {recorded.id: recorded for recorded in records}


def _judged(candidate: _Candidate, recorded: Recorded, known: Recorded | None, now: datetime) -> Bump:
    # Of the version before this one: what an older record says was judged then.
    old = known if known and known.version == candidate.version else None
    test = Smoked(recorded, old)
    why = tuple(reasons(test, old, candidate.newer.release, now))
    status: Status = "held" if test.failed else "review" if why else "trivial"
    return Bump(
        candidate.entry.id, status, candidate.version, candidate.newer, why, test.changes, recorded, candidate.text
    )


def _earlier(source: Source) -> Path:
    """Where the version that `source` has goes."""
    return source.path.parents[1] / "versions" / source.text("id") / f"{source.text('version')}.yaml"


def _in_the_way(source: Source) -> str:
    earlier = _earlier(source)
    if not earlier.exists() or earlier.read_bytes() == source.path.read_bytes():
        return ""
    return f"{shown(earlier)} is there already and differs; a published version is not edited: one of the two is wrong"


def _told(error: HubError) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message
