"""The registry folder as it was found: every entry and every OpenAPI document, read once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from hub_build.findings import Finding
from hub_build.load import ENTRY, JSON_SPEC, YAML_SPEC, Loaded, load_file
from hub_launch.catalog import Entry, Lists
from hub_launch.errors import ExitCode, HubError

# Folders are kept in git by an empty file, because git knows no empty folder.
KEEP_FILE = ".gitkeep"

_ENTRY_FILE = re.compile(r".+\.ya?ml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One entry file. `entry` is None where the document breaks the schema; `errors` then says how."""

    path: Path
    loaded: Loaded
    entry: Entry | None = None
    errors: ValidationError | None = None

    def text(self, key: str) -> str:
        """The top-level text `key` of the document, empty if it is missing or not text."""
        value = self.loaded.document.get(key)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class ListsFile:
    """`lists.yaml` as it was found; `lists` is empty where the file is absent or wrong.

    loaded: the document, where it could be read. errors: how it breaks the schema. unreadable: why it is none.
    """

    lists: Lists = field(default_factory=Lists)
    loaded: Loaded | None = None
    errors: ValidationError | None = None
    unreadable: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that was read, sorted by file name, so that no result depends on the order of a directory.

    sources: entry files that could be read. unreadable: findings about those that could not.
    specs: documents of `openapi/` by file name; findings in the place of one that could not be read.
    strays: what lies in `servers/` and is no entry file. lists: `lists.yaml`, empty where there is none.
    """

    sources: tuple[Source, ...] = ()
    unreadable: tuple[Finding, ...] = ()
    specs: Mapping[str, Loaded | tuple[Finding, ...]] = field(default_factory=dict)
    strays: tuple[str, ...] = ()
    lists: ListsFile = field(default_factory=ListsFile)

    @property
    def files(self) -> int:
        """How many entry files were looked at."""
        return len(self.sources) + len({finding.file for finding in self.unreadable})


def read_registry(folder: Path) -> Registry:
    """Read the registry in `folder`. Raises HubError if it is none; what is wrong in its files becomes findings."""
    servers = folder / "servers"
    if not servers.is_dir():
        raise HubError(
            f"{shown(folder)} is not a registry: it has no folder servers/",
            "name the registry with --registry DIR",
            ExitCode.REGISTRY,
        )
    found = _listed(servers)
    entries = [path for path in found if _is_entry_file(path)]
    strays = tuple(shown(path) for path in found if not _is_entry_file(path))
    specs = {path.name: read_spec(path) for path in _listed(folder / "openapi")}
    sources, unreadable = read_entries(entries)
    return Registry(sources, unreadable, specs, strays, read_lists(folder / "lists.yaml"))


def extended(registry: Registry, paths: Iterable[Path]) -> Registry:
    """`registry` with the entry files `paths` that lie elsewhere, read as if they were in it."""
    known = {source.path.resolve() for source in registry.sources}
    known_bad = {finding.file for finding in registry.unreadable}
    new = [path for path in paths if path.resolve() not in known and shown(path) not in known_bad]
    sources, unreadable = read_entries(new)
    return replace(registry, sources=(*registry.sources, *sources), unreadable=(*registry.unreadable, *unreadable))


def read_entries(paths: Iterable[Path]) -> tuple[tuple[Source, ...], tuple[Finding, ...]]:
    """The entry files `paths`: those that could be read, and findings about the others."""
    sources: list[Source] = []
    unreadable: list[Finding] = []
    for path in paths:
        loaded = load_file(path, shown(path), ENTRY)
        if isinstance(loaded, Loaded):
            sources.append(_source(path, loaded))
        else:
            unreadable.extend(loaded)
    return tuple(sources), tuple(unreadable)


def read_lists(path: Path) -> ListsFile:
    """The lists in `path`."""
    if not path.exists():
        return ListsFile()
    loaded = load_file(path, shown(path), ENTRY)
    if not isinstance(loaded, Loaded):
        return ListsFile(unreadable=loaded)
    try:
        return ListsFile(Lists.model_validate(loaded.document, by_alias=True, by_name=False), loaded)
    except ValidationError as errors:
        return ListsFile(loaded=loaded, errors=errors)


def read_spec(path: Path) -> Loaded | tuple[Finding, ...]:
    """The OpenAPI document `path`, YAML or JSON by its extension."""
    return load_file(path, shown(path), JSON_SPEC if path.suffix.lower() == ".json" else YAML_SPEC)


def shown(path: Path) -> str:
    """`path` as messages name it: relative to the working folder where it lies below it."""
    absolute, here = path.absolute(), Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else path).as_posix()


def _is_entry_file(path: Path) -> bool:
    return bool(_ENTRY_FILE.fullmatch(path.name)) and not path.is_dir()


def _source(path: Path, loaded: Loaded) -> Source:
    try:
        # By alias alone: a key spelt the Python way would pass here and be unknown to every editor.
        entry = Entry.model_validate(loaded.document, by_alias=True, by_name=False)
    except ValidationError as errors:
        return Source(path, loaded, errors=errors)
    return Source(path, loaded, entry)


def _listed(folder: Path) -> list[Path]:
    return sorted(_inside(folder), key=lambda path: path.name)


def _inside(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.name != KEEP_FILE)
