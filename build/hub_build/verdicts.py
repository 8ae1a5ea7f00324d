"""From findings to what becomes of each entry, and of the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from hub_build.changes import Branch, Kind
from hub_launch.catalog import Entry
from hub_launch.judge.findings import Finding, Verdict, verdict_of
from hub_launch.judge.registry import Registry, Source

_ARRIVED = {Kind.ADDED: "new", Kind.EDITED: "changed", Kind.REMOVED: "removed", None: "touched"}

# Labels that a pull request may be given, and what each says. A closed list: whoever sets them can prove them.
LABELS = {
    "verdict-ok": "all checks passed",
    "verdict-review": "a person decides",
    "verdict-fail": "cannot be published as it is",
    "entry-new": "adds a server",
    "entry-changed": "changes a server",
    "entry-removed": "removes a server",
    "entry-touched": "changes records or earlier versions of a server",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One server and what becomes of it.

    change: `new`, `changed`, `removed` or `touched` on a branch; empty where nothing is compared.
    place: its file as messages name it, or empty: `source` knows it too, and to work it out for all of a large registry
    takes longer than all else. source: its file as it is now; None where there is none that could be read.
    """

    id: str
    place: str
    change: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    source: Source | None = None

    @property
    def file(self) -> str:
        """Its file as messages name it."""
        return self.place or (self.source.file if self.source else "")

    @property
    def entry(self) -> Entry | None:
        """As it is now; None where it is not there or broken."""
        return self.source.entry if self.source else None


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found.

    files: how many were looked at. findings: all, in order. entries: by id. others: findings about no one server.
    """

    files: int
    findings: tuple[Finding, ...]
    entries: tuple[Judged, ...] = ()
    others: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Of the whole."""
        return verdict_of(self.findings)

    @property
    def labels(self) -> tuple[str, ...]:
        """What a pull request is called, of LABELS."""
        changes = {f"entry-{judged.change}" for judged in self.entries if judged.change}
        return (f"verdict-{self.verdict.name.lower()}", *sorted(changes))


def judge(
    registry: Registry, findings: Sequence[Finding], files: int, only: frozenset[str] | None, branch: Branch | None
) -> Report:
    """A verdict for every server that was looked at: those of `branch`, else those of the files `only`, else all."""
    users = _users(registry)
    wanted = _wanted(registry, only, branch)
    about: dict[str, list[Finding]] = {id_: [] for id_ in wanted}
    others = []
    for finding in findings:
        ids = [id_ for id_ in _servers_of(finding.file, users) if id_ in about]
        for id_ in ids:
            about[id_].append(finding)
        if not ids:
            others.append(finding)
    sources = {source.path.stem: source for source in registry.sources}
    judged = [
        Judged(id_, place, change, verdict_of(about[id_]), tuple(about[id_]), sources.get(id_))
        for id_, (place, change) in sorted(wanted.items())
    ]
    return Report(files, tuple(findings), tuple(judged), tuple(others))


def _wanted(registry: Registry, only: frozenset[str] | None, branch: Branch | None) -> dict[str, tuple[str, str]]:
    """The servers to judge: id -> place and change."""
    if branch is not None:
        return {change.id: (change.file, _ARRIVED[change.kind]) for change in branch.entries}
    wanted = {source.path.stem: ("", "") for source in _sources(registry, only)}
    for file in dict.fromkeys(finding.file for finding in registry.unreadable):
        path = PurePosixPath(file)
        if (only is None or file in only) and path.parts[-3:-2] != ("versions",):
            wanted[path.stem] = (file, "")
    return wanted


def _sources(registry: Registry, only: frozenset[str] | None) -> Iterable[Source]:
    if only is None:
        return registry.sources
    # By name first: of the few that are left, the whole path is worked out.
    names = {PurePosixPath(file).name for file in only}
    return [source for source in registry.sources if source.path.name in names and source.file in only]


def _users(registry: Registry) -> dict[str, list[str]]:
    """Which servers use an OpenAPI description: file name -> ids."""
    users: dict[str, list[str]] = {}
    for source in registry.sources:
        if source.facts.spec:
            users.setdefault(source.facts.spec, []).append(source.path.stem)
    return users


def _servers_of(file: str, users: dict[str, list[str]]) -> Iterable[str]:
    path = PurePosixPath(file)
    if path.parts[-3:-2] == ("versions",):
        return (path.parent.name,)
    if path.parent.name == "openapi":
        return users.get(path.name, ())
    return (path.stem,)
