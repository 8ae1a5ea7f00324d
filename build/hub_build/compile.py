"""Entries to the documents that are published. Pure: the same registry gives the same bytes on any machine."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from hub_build.load import Loaded
from hub_build.precedence import Key, precedence
from hub_build.proofs import Proof
from hub_build.registry import Registry
from hub_launch.catalog import (
    SCHEMA_VERSION,
    Entry,
    Index,
    IndexRow,
    IndexVersion,
    Lists,
    Recorded,
    canonical_json,
    kinds_of,
    sha256_hex,
    to_server,
)
from hub_launch.catalog.entry import Status
from hub_launch.errors import HubError

TITLE = "MCP hub registry"

_OFFICIAL: dict[Status, Literal["active", "deprecated", "deleted"]] = {
    "active": "active",
    "deprecated": "deprecated",
    "withdrawn": "deleted",
}
_NO_LISTS = Lists()


@dataclass(frozen=True, slots=True)
class Spec:
    """An OpenAPI document as it is published: canonical JSON, and its hash."""

    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a version stands, in the official registry's words.

    since: the day, as `2026-11-21`. reason: for people; empty for what stands.
    """

    status: Literal["active", "deprecated", "deleted"]
    since: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One published version of a server.

    entry: with the hash of its OpenAPI document filled in. data: its official `server` object as canonical JSON.
    standing: whether it may be started, since when, and why not. proof: that the name is its publisher's.
    """

    entry: Entry
    data: bytes
    sha256: str
    standing: Standing
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a smoke test of a current version saw, as it is published. tools: their names, sorted."""

    data: bytes
    sha256: str
    tools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that outputs are made of.

    documents: the current ones, sorted by id, like the rows of the index. specs: bytes by hash.
    earlier: versions that were current once, by id, the newest first.
    """

    index: Index
    documents: tuple[Document, ...]
    specs: Mapping[str, bytes]
    earlier: Mapping[str, tuple[Document, ...]] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    """What smoke tests saw, by id."""
    base_url: str = ""
    """Where the site will be, with a slash at its end; empty where that is not known."""

    @property
    def all_documents(self) -> Iterator[Document]:
        """Every version of every server, the current ones first."""
        yield from self.documents
        for documents in self.earlier.values():
            yield from documents


def compile_registry(registry: Registry, title: str = TITLE) -> Compiled:
    """Every valid entry of `registry`. Raises HubError for an OpenAPI document that is missing or unreadable.

    Entries that break the schema are left out: whoever publishes runs the checks first.
    """
    specs = {name: compile_spec(spec) for name, spec in registry.specs.items() if isinstance(spec, Loaded)}
    entries = sorted((source.entry for source in registry.sources if source.entry), key=lambda entry: entry.id)
    lists = registry.lists.lists
    documents = tuple(compile_entry(entry, specs, lists, registry.proof_of(entry)) for entry in entries)
    earlier = _earlier(registry, specs, lists)
    seen = compile_recorded(registry, {document.entry.id: document.entry.version for document in documents})
    rows = tuple(_row(one, earlier.get(one.entry.id, ()), seen.get(one.entry.id)) for one in documents)
    index = Index(schema_version=SCHEMA_VERSION, title=title, count=len(rows), lists=lists, servers=rows)
    used = {sha256 for row in rows for specs in (row.specs, *(one.specs for one in row.versions)) for sha256 in specs}
    data = {spec.sha256: spec.data for spec in specs.values() if spec.sha256 in used}
    return Compiled(index, documents, data, earlier, seen)


def compile_recorded(registry: Registry, versions: Mapping[str, str]) -> dict[str, Seen]:
    """What smoke tests saw of the current `versions`, by id; of others it says nothing any more."""
    records = (file.recorded for file in registry.recorded)
    return {one.id: _seen(one) for one in records if one and versions.get(one.id) == one.version}


def _seen(recorded: Recorded) -> Seen:
    data = canonical_json(recorded.model_dump(mode="json", exclude_none=True))
    return Seen(data, sha256_hex(data), tuple(str(tool["name"]) for tool in recorded.tools or ()))


def compile_spec(spec: Loaded) -> Spec:
    """`spec` as it is published."""
    data = canonical_json(spec.document)
    return Spec(data, sha256_hex(data))


def compile_entry(
    entry: Entry, specs: Mapping[str, Spec], lists: Lists = _NO_LISTS, proof: Proof | None = None
) -> Document:
    """`entry` as it is published; `specs` are the OpenAPI documents by file name."""
    pinned = _with_spec_hash(_with_status(entry, lists), specs)
    data = canonical_json(to_server(pinned))
    return Document(pinned, data, sha256_hex(data), standing(pinned, lists), proof)


def standing(entry: Entry, lists: Lists) -> Standing:
    """How this version of a server stands. A yanked one is found by who asks for exactly it, and by nobody else."""
    against = lists.withdrawal(entry.id) or lists.yanking(entry.id, entry.version)
    if against:
        return Standing("deleted", against.date, against.reason)
    return Standing(_OFFICIAL[entry.status], entry.published)


def _earlier(registry: Registry, specs: Mapping[str, Spec], lists: Lists) -> dict[str, tuple[Document, ...]]:
    groups: defaultdict[str, list[Document]] = defaultdict(list)
    for source in registry.versions:
        if source.entry:
            groups[source.entry.id].append(compile_entry(source.entry, specs, lists))
    return {id_: tuple(sorted(groups[id_], key=_precedence, reverse=True)) for id_ in sorted(groups)}


def _precedence(document: Document) -> Key:
    return precedence(document.entry.version, document.entry.published)


def _with_status(entry: Entry, lists: Lists) -> Entry:
    """What is withdrawn says so itself too: a reader of one document need not know the lists."""
    return entry.model_copy(update={"status": "withdrawn"}) if lists.withdrawal(entry.id) else entry


def _with_spec_hash(entry: Entry, specs: Mapping[str, Spec]) -> Entry:
    if entry.openapi is None or entry.openapi.file is None:
        return entry
    spec = specs.get(entry.openapi.file)
    if spec is None:
        raise HubError(f"{entry.id}: the OpenAPI document {entry.openapi.file} is not in registry/openapi/")
    # Through model_copy, which counts the hash as given: documents contain what is given and no defaults.
    openapi = entry.openapi.model_copy(update={"sha256": spec.sha256})
    return entry.model_copy(update={"openapi": openapi})


def _row(document: Document, earlier: Iterable[Document], seen: Seen | None) -> IndexRow:
    entry = document.entry
    return IndexRow(
        id=entry.id,
        name=entry.name,
        title=entry.title,
        description=entry.description,
        version=entry.version,
        status=entry.status,
        kinds=kinds_of(entry),
        categories=entry.categories,
        tags=entry.tags or (),
        sha256=document.sha256,
        specs=_specs(entry),
        versions=tuple(
            IndexVersion(version=one.entry.version, sha256=one.sha256, specs=_specs(one.entry)) for one in earlier
        ),
        verified=document.proof is not None,
        recorded=seen.sha256 if seen else None,
    )


def _specs(entry: Entry) -> tuple[str, ...]:
    spec = entry.openapi.sha256 if entry.openapi and entry.openapi.file else None
    return (spec,) if spec else ()
