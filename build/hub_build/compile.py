"""Entries to the documents that are published. Pure: the same registry gives the same bytes on any machine."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub_build.load import Loaded
from hub_build.registry import Registry
from hub_launch.catalog import (
    SCHEMA_VERSION,
    Entry,
    Index,
    IndexRow,
    Lists,
    canonical_json,
    kinds_of,
    sha256_hex,
    to_server,
)
from hub_launch.errors import HubError

TITLE = "MCP hub registry"


@dataclass(frozen=True, slots=True)
class Spec:
    """An OpenAPI document as it is published: canonical JSON, and its hash."""

    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Document:
    """One published version of a server.

    entry: with the hash of its OpenAPI document filled in. data: its official `server` object as canonical JSON.
    """

    entry: Entry
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that outputs are made of. documents: sorted by id, like the rows of the index. specs: bytes by hash."""

    index: Index
    documents: tuple[Document, ...]
    specs: Mapping[str, bytes]


def compile_registry(registry: Registry, title: str = TITLE) -> Compiled:
    """Every valid entry of `registry`. Raises HubError for an OpenAPI document that is missing or unreadable.

    Entries that break the schema are left out: whoever publishes runs the checks first.
    """
    specs = {name: compile_spec(spec) for name, spec in registry.specs.items() if isinstance(spec, Loaded)}
    entries = sorted((source.entry for source in registry.sources if source.entry), key=lambda entry: entry.id)
    lists = registry.lists.lists
    documents = tuple(compile_entry(_with_status(entry, lists), specs) for entry in entries)
    rows = tuple(_row(document) for document in documents)
    index = Index(schema_version=SCHEMA_VERSION, title=title, count=len(rows), lists=lists, servers=rows)
    used = {sha256 for row in rows for sha256 in row.specs}
    return Compiled(index, documents, {spec.sha256: spec.data for spec in specs.values() if spec.sha256 in used})


def compile_spec(spec: Loaded) -> Spec:
    """`spec` as it is published."""
    data = canonical_json(spec.document)
    return Spec(data, sha256_hex(data))


def compile_entry(entry: Entry, specs: Mapping[str, Spec]) -> Document:
    """`entry` as it is published; `specs` are the OpenAPI documents by file name."""
    pinned = _with_spec_hash(entry, specs)
    data = canonical_json(to_server(pinned))
    return Document(pinned, data, sha256_hex(data))


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


def _row(document: Document) -> IndexRow:
    entry = document.entry
    spec = entry.openapi.sha256 if entry.openapi and entry.openapi.file else None
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
        specs=(spec,) if spec else (),
    )
