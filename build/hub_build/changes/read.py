"""From a checkout to a Branch: what differs from the base, and the documents on both sides."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from hub_build.changes.branch import Branch, Change, EntryChange, Kind
from hub_build.changes.git import Git
from hub_launch.judge.load import ENTRY, Loaded, load_bytes
from hub_launch.judge.registry import Registry, Source, entry_source, shown

EXTENSION = ".yaml"

# Folders of the registry whose files belong to one server: the part of their path that is its id.
_OF_A_SERVER = {"servers": 1, "versions": 1, "proofs": 1, "recorded": 1}


def read_branch(folder: Path, registry: Registry, base: str | None = None, author: str = "", today: str = "") -> Branch:
    """What the working tree around the registry `folder` changes since it left `base`.

    Raises HubError if there is nothing to compare with.
    """
    git = Git.of(folder)
    commit = git.merge_base(base)
    home = PurePosixPath(folder.resolve().relative_to(git.root).as_posix())
    side = _Sides(git, commit, home, {source.path.parts[-2:]: source for source in _sources(registry)})
    changes = tuple(side.change(kind, path) for kind, path in git.changed(commit, str(home)))
    kinds = {change.inside: change.kind for change in changes}
    ids = sorted({*_touched(changes), *_described(changes, registry)})
    entries = tuple(side.entry(id_, kinds.get(("servers", id_ + EXTENSION))) for id_ in ids)
    return Branch(commit, registry, changes, entries, author, today)


class _Sides:
    """Documents of the base and of the working tree; these by the last two parts of their paths, which are unique."""

    def __init__(self, git: Git, commit: str, home: PurePosixPath, now: dict[tuple[str, ...], Source]) -> None:
        self._git, self._commit, self._home, self._now = git, commit, home, now

    def change(self, kind: Kind, path: str) -> Change:
        pure = PurePosixPath(path)
        inside = pure.relative_to(self._home).parts if pure.is_relative_to(self._home) else ()
        file = shown(self._git.root / path)
        if inside[:1] not in (("servers",), ("versions",)):
            return Change(file, path, kind, inside)
        before = None if kind is Kind.ADDED else self._before(path)
        return Change(file, path, kind, inside, before, self._now.get(inside[-2:]))

    def entry(self, id_: str, kind: Kind | None) -> EntryChange:
        path = str(self._home / "servers" / (id_ + EXTENSION))
        before = None if kind is Kind.ADDED else self._before(path)
        now = self._now.get(("servers", id_ + EXTENSION))
        return EntryChange(id_, shown(self._git.root / path), kind, before, now)

    def _before(self, path: str) -> Source | None:
        data = self._git.content(self._commit, path)
        loaded = load_bytes(data, path, ENTRY) if data is not None else None
        return entry_source(self._git.root / path, loaded) if isinstance(loaded, Loaded) else None


def _sources(registry: Registry) -> Iterator[Source]:
    yield from registry.sources
    yield from registry.versions


def _touched(changes: tuple[Change, ...]) -> Iterator[str]:
    for change in changes:
        place = _OF_A_SERVER.get(change.inside[0]) if len(change.inside) > 1 else None
        if place:
            # Of a file the name without its extension; ids have no dot, and versions lie in a folder.
            yield change.inside[place].partition(".")[0]


def _described(changes: tuple[Change, ...], registry: Registry) -> Iterator[str]:
    """The servers whose OpenAPI description changed."""
    files = {change.inside[1] for change in changes if change.inside[:1] == ("openapi",) and len(change.inside) == 2}
    for source in registry.sources:
        if source.facts.spec in files:
            yield source.path.stem
