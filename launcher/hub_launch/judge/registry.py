"""The registry folder as it was found: every entry and every OpenAPI document, read once."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from hub_launch.catalog import Entry, Lists, Profile, canonical_json, to_server
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.draft import Draft, Node, draft_of
from hub_launch.judge.findings import Finding, Pointer, Verdict, json_pointer
from hub_launch.judge.load import ENTRY, JSON_SPEC, YAML_SPEC, Loaded, load_file
from hub_launch.judge.proofs import FOLDER as PROOFS
from hub_launch.judge.proofs import Proof, ProofFile, read_proof
from hub_launch.judge.recorded import FOLDER as RECORDED
from hub_launch.judge.recorded import RecordedFile

# Folders are kept in git by an empty file, because git knows no empty folder.
KEEP_FILE = ".gitkeep"

COMPARED = ("id", "name", "version")
"""The top-level texts that checks of the whole registry compare."""

_Parts = tuple[Loaded, Entry | None, ValidationError | None]

_ENTRY_FILE = re.compile(r".+\.ya?ml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks of the whole registry compare of one entry; a hundred thousand fit into memory.

    texts: of COMPARED, each with its line and column. remotes: address and transport of each.
    spec, spec_sha256: `openapi.file` and `openapi.sha256`, empty where they are not given.
    api: `openapi` as JSON, if it says anything about single operations; else empty.
    """

    texts: Mapping[str, tuple[str, int, int]]
    remotes: tuple[tuple[str, str], ...] = ()
    spec: str = ""
    spec_sha256: str = ""
    api: str = ""


class Source:
    """One entry file that could be read.

    What the checks of the whole registry compare is at hand; the document is read again when more is asked of an entry
    that was judged elsewhere, and few are.
    """

    __slots__ = ("_draft", "_parts", "_server", "facts", "judged", "path")

    def __init__(
        self,
        path: Path,
        loaded: Loaded | None = None,
        entry: Entry | None = None,
        errors: ValidationError | None = None,
        *,
        facts: Facts | None = None,
        judged: tuple[Finding, ...] | None = None,
        draft: Draft | None = None,
    ) -> None:
        """Either `loaded` or `facts` is given.

        judged: what is wrong with the entry in itself; draft: see there. Both where they are known.
        """
        self.path = path
        self._parts = (loaded, entry, errors) if loaded else None
        self.facts = facts or facts_of(self.loaded, entry)
        self.judged = judged
        self._draft = draft
        self._server: Node | None = None

    @property
    def draft(self) -> Draft | None:
        """What this file alone compiles to; None if it breaks the schema."""
        if self._draft is None and self.server:
            self._draft = draft_of(canonical_json(self.server))
        return self._draft

    @property
    def server(self) -> Node | None:
        """The official `server` object of the entry; None where the document breaks the schema. Not to be changed."""
        if self._server is None and self.entry:
            self._server = to_server(self.entry)
        return self._server

    @property
    def file(self) -> str:
        """The path as findings name it."""
        return self._parts[0].file if self._parts else shown(self.path)

    @property
    def loaded(self) -> Loaded:
        """The document and its positions."""
        return self._read()[0]

    @property
    def entry(self) -> Entry | None:
        """The entry; None where the document breaks the schema."""
        return self._read()[1]

    @property
    def errors(self) -> ValidationError | None:
        """How the document breaks the schema, if it does."""
        return self._read()[2]

    def text(self, key: str) -> str:
        """The top-level text `key` of the document, empty if it is missing or not text."""
        return self.facts.texts[key][0] if key in COMPARED else text_of(self.loaded, key)

    def finding(
        self, pointer: Pointer, rule: str, message: str, hint: str = "", *, severity: Verdict = Verdict.FAIL
    ) -> Finding:
        """A finding about the value at `pointer`."""
        if pointer[0] not in COMPARED:
            return self.loaded.finding(pointer, rule, message, hint, severity=severity)
        _, line, column = self.facts.texts[str(pointer[0])]
        return Finding(self.file, line, column, json_pointer(pointer), severity, rule, message, hint)

    def _read(self) -> _Parts:
        if self._parts is None:
            loaded = load_file(self.path, self.file, ENTRY)
            # Gone or changed since it was judged: what is asked for then is not there.
            self._parts = _parts_of(loaded if isinstance(loaded, Loaded) else Loaded(self.file, {}, {}))
        return self._parts


def facts_of(loaded: Loaded, entry: Entry | None) -> Facts:
    """What the checks of the whole registry compare of `loaded`; `entry` is None where it breaks the schema."""
    texts = {key: (text_of(loaded, key), *loaded.position((key,))) for key in COMPARED}
    remotes = tuple((remote.url, remote.type) for remote in entry.remotes or ()) if entry else ()
    # Also of an entry that breaks the schema elsewhere: its file is not an unused one.
    openapi = loaded.document.get("openapi")
    spec, sha256 = (openapi.get(key) for key in ("file", "sha256")) if isinstance(openapi, dict) else (None, None)
    spec, sha256 = (value if isinstance(value, str) else "" for value in (spec, sha256))
    return Facts(texts, remotes, spec, sha256, _about_operations(entry))


def _about_operations(entry: Entry | None) -> str:
    api = entry.openapi if entry else None
    return api.model_dump_json(exclude_unset=True) if api and (api.route_maps or api.mcp_names) else ""


def text_of(loaded: Loaded, key: str) -> str:
    """The top-level text `key` of the document, empty if it is missing or not text."""
    value = loaded.document.get(key)
    return value if isinstance(value, str) else ""


ReadEntries = Callable[[Iterable[Path]], tuple[tuple[Source, ...], tuple[Finding, ...]]]
"""A way to read entry files: those that could be read, and findings about the others."""


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
class ProfileFile:
    """A file of `profiles/` as it was found; see ListsFile."""

    path: Path
    profile: Profile | None = None
    loaded: Loaded | None = None
    errors: ValidationError | None = None
    unreadable: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that was read, sorted by file name, so that no result depends on the order of a directory.

    sources: entry files that could be read. unreadable: findings about those that could not.
    specs: documents of `openapi/` by file name; findings in the place of one that could not be read.
    strays: what lies in `servers/` and is no entry file. lists: `lists.yaml`, empty where there is none.
    versions: earlier versions, from `versions/<id>/<version>.yaml`. stray_versions: what else lies there.
    proofs: the files of `proofs/` by the id that they are called after.
    recorded: what smoke tests saw, the files of `recorded/`. profiles: the files of `profiles/`.
    earlier_records: what smoke tests saw of earlier versions, from `recorded/<id>/<version>.json`.
    """

    sources: tuple[Source, ...] = ()
    unreadable: tuple[Finding, ...] = ()
    specs: Mapping[str, Loaded | tuple[Finding, ...]] = field(default_factory=dict)
    strays: tuple[str, ...] = ()
    lists: ListsFile = field(default_factory=ListsFile)
    versions: tuple[Source, ...] = ()
    stray_versions: tuple[str, ...] = ()
    proofs: Mapping[str, ProofFile] = field(default_factory=dict)
    recorded: tuple[RecordedFile, ...] = ()
    profiles: tuple[ProfileFile, ...] = ()
    earlier_records: tuple[RecordedFile, ...] = ()

    def proof_of(self, entry: Entry) -> Proof | None:
        """The proof that covers `entry` as it is now, if there is one."""
        file = self.proofs.get(entry.id)
        found = file.proof if file else None
        return found if found and found.covers(entry) else None

    @property
    def files(self) -> int:
        """How many entry files were looked at, earlier versions included."""
        return len(self.sources) + len(self.versions) + len({finding.file for finding in self.unreadable})


def read_registry(folder: Path, read: ReadEntries | None = None) -> Registry:
    """Read the registry in `folder`. Raises HubError if it is none; what is wrong in its files becomes findings.

    read: how entries are read, where it is not one by one.
    """
    servers = folder / "servers"
    if not servers.is_dir():
        raise HubError(
            f"{shown(folder)} is not a registry: it has no folder servers/",
            "name the registry with --registry DIR",
            ExitCode.REGISTRY,
        )
    entries, strays = _divided(_listed(servers))
    specs = {path.name: read_spec(path) for path in _listed(folder / "openapi")}
    sources, unreadable = (read or read_entries)(entries)
    earlier, stray_versions = version_files(folder)
    versions, unreadable_versions = read_entries(earlier)
    return Registry(
        sources,
        (*unreadable, *unreadable_versions),
        specs,
        tuple(strays),
        read_lists(folder / "lists.yaml"),
        versions,
        stray_versions,
        {path.stem: read_proof(path) for path in _listed(folder / PROOFS)},
        _records(folder / RECORDED, earlier=False),
        tuple(map(read_profile, _listed(folder / "profiles"))),
        _records(folder / RECORDED, earlier=True),
    )


def _records(folder: Path, *, earlier: bool) -> tuple[RecordedFile, ...]:
    """The records in `folder`: of current versions, or of earlier ones, which are in a folder for each server."""
    found = _listed(folder)
    # A link could lead out of the registry, or in a circle.
    folders = [path for path in found if path.is_dir() and not path.is_symlink()]
    inner = [path for one in folders for path in _listed(one)]
    paths = inner if earlier else [path for path in found if path not in folders]
    return tuple(RecordedFile(path, shown(path)) for path in paths)


def version_files(folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """The files of earlier versions in the registry `folder`, and what lies among them that is none."""
    found: list[Path] = []
    strays: list[str] = []
    for path in _listed(folder / "versions"):
        # A link could lead out of the registry, or in a circle.
        inside = path.is_dir() and not path.is_symlink()
        entries, others = _divided(_listed(path)) if inside else ([], [shown(path)])
        found += entries
        strays += others
    return found, tuple(strays)


def extended(registry: Registry, paths: Iterable[Path]) -> Registry:
    """`registry` with the entry files `paths` that lie elsewhere, read as if they were in it."""
    paths = tuple(paths)
    names = {path.name for path in paths}
    known = {source.path.resolve() for source in (*registry.sources, *registry.versions) if source.path.name in names}
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
            sources.append(entry_source(path, loaded))
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


def read_profile(path: Path) -> ProfileFile:
    """The profile in `path`."""
    loaded = load_file(path, shown(path), ENTRY)
    if not isinstance(loaded, Loaded):
        return ProfileFile(path, unreadable=loaded)
    try:
        return ProfileFile(path, Profile.model_validate(loaded.document, by_alias=True, by_name=False), loaded)
    except ValidationError as errors:
        return ProfileFile(path, loaded=loaded, errors=errors)


def read_spec(path: Path) -> Loaded | tuple[Finding, ...]:
    """The OpenAPI document `path`, YAML or JSON by its extension."""
    return load_file(path, shown(path), JSON_SPEC if path.suffix.lower() == ".json" else YAML_SPEC)


def shown(path: Path) -> str:
    """`path` as messages name it: relative to the working folder where it lies below it."""
    absolute, here = path.absolute(), Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else path).as_posix()


def _divided(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """The entry files among `paths`, and what messages call the others."""
    entries: list[Path] = []
    others: list[str] = []
    for path in paths:
        if _ENTRY_FILE.fullmatch(path.name):
            entries.append(path)
        else:
            others.append(shown(path))
    return entries, others


def entry_source(path: Path, loaded: Loaded) -> Source:
    """What was read of `path`, as an entry where it is one."""
    return Source(path, *_parts_of(loaded))


def _parts_of(loaded: Loaded) -> _Parts:
    try:
        # By alias alone: a key spelt the Python way would pass here and be unknown to every editor.
        return loaded, Entry.model_validate(loaded.document, by_alias=True, by_name=False), None
    except ValidationError as errors:
        return loaded, None, errors


def _listed(folder: Path) -> list[Path]:
    return sorted(_inside(folder), key=lambda path: path.name) if folder.is_dir() else []


def _inside(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.iterdir() if path.name != KEEP_FILE)
