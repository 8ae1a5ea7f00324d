"""Entries to the documents that are published. Pure: the same registry gives the same bytes on any machine."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hub_build.load import Loaded
from hub_build.precedence import Key, precedence
from hub_build.proofs import Proof
from hub_build.registry import Registry
from hub_launch.catalog import (
    META_KEY,
    SCHEMA_VERSION,
    AnyKind,
    Entry,
    Index,
    IndexRow,
    IndexVersion,
    Lists,
    Recorded,
    canonical_json,
    from_server,
    sha256_hex,
)
from hub_launch.catalog.entry import Category, Status
from hub_launch.errors import HubError

TITLE = "MCP hub registry"

_OFFICIAL: dict[Status, Literal["active", "deprecated", "deleted"]] = {
    "active": "active",
    "deprecated": "deprecated",
    "withdrawn": "deleted",
}
_NO_LISTS = Lists()
_NO_REGISTRY = Registry()

Node = dict[str, Any]


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
    """One published version of a server: what outputs ask for most, and all of it as bytes.

    data: its official `server` object as canonical JSON, with the hash of its OpenAPI document filled in.
    specs: hashes of the OpenAPI documents that the registry publishes for it.
    standing: whether it may be started, since when, and why not. proof: that the name is its publisher's.
    """

    id: str
    name: str
    title: str
    description: str
    version: str
    published: str
    status: Status
    kinds: tuple[AnyKind, ...]
    categories: tuple[Category, ...]
    tags: tuple[str, ...]
    specs: tuple[str, ...]
    data: bytes
    sha256: str
    standing: Standing
    proof: Proof | None = None

    @property
    def server(self) -> Node:
        """The official `server` object. Read anew each time: a hundred thousand take five times the memory of bytes."""
        return read_server(self.data)

    @property
    def entry(self) -> Entry:
        """The entry, read anew each time; takes ten times as long as `server`."""
        return from_server(self.server)


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
    lists = registry.lists.lists
    drafts = (source.document for source in registry.sources)
    compiled = [compile_draft(draft, specs, lists, registry) for draft in drafts if draft]
    documents = tuple(sorted(compiled, key=lambda document: document.id))
    earlier = _earlier(compile_draft(one.document, specs, lists) for one in registry.versions if one.document)
    seen = compile_recorded(registry, {document.id: document.version for document in documents})
    rows = tuple(_row(one, earlier.get(one.id, ()), seen.get(one.id)) for one in documents)
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


def read_server(data: bytes) -> Node:
    """The `server` object that `data` is."""
    server: Node = json.loads(data)
    return server


def compile_draft(
    draft: bytes, specs: Mapping[str, Spec], lists: Lists = _NO_LISTS, registry: Registry = _NO_REGISTRY
) -> Document:
    """A version as it is published; `draft` is its `server` object as its file alone has it.

    specs: the OpenAPI documents by file name. registry: whose proofs count.
    """
    server = read_server(draft)
    # Most are published as their file alone has them.
    changed = _withdraw(server, lists) | _pin_spec(server, specs)
    data = canonical_json(server) if changed else draft
    return _document(server, data, lists, registry)


def _document(server: Node, data: bytes, lists: Lists, registry: Registry) -> Document:
    own = server["_meta"][META_KEY]
    status: Status = own.get("status", "active")
    spec = own["openapi"]["sha256"] if _spec_file(own) else ""
    return Document(
        own["id"],
        server["name"],
        server["title"],
        server["description"],
        server["version"],
        own["published"],
        status,
        _kinds(server, own),
        tuple(own["categories"]),
        tuple(own.get("tags", ())),
        (spec,) if spec else (),
        data,
        sha256_hex(data),
        _standing(own["id"], server["version"], status, own["published"], lists),
        # Few have one, and reading an entry takes longer than all else here.
        registry.proof_of(from_server(server)) if own["id"] in registry.proofs else None,
    )


def _standing(id_: str, version: str, status: Status, published: str, lists: Lists) -> Standing:
    """How this version of a server stands. A yanked one is found by who asks for exactly it, and by nobody else."""
    against = lists.withdrawal(id_) or lists.yanking(id_, version)
    if against:
        return Standing("deleted", against.date, against.reason)
    return Standing(_OFFICIAL[status], published)


def _earlier(documents: Iterable[Document]) -> dict[str, tuple[Document, ...]]:
    groups: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        groups[document.id].append(document)
    return {id_: tuple(sorted(groups[id_], key=_precedence, reverse=True)) for id_ in sorted(groups)}


def _precedence(document: Document) -> Key:
    return precedence(document.version, document.published)


def _withdraw(server: Node, lists: Lists) -> bool:
    """What is withdrawn says so itself too: a reader of one document need not know the lists."""
    own = server["_meta"][META_KEY]
    if lists.withdrawal(own["id"]) is None:
        return False
    own["status"] = "withdrawn"
    return True


def _pin_spec(server: Node, specs: Mapping[str, Spec]) -> bool:
    """Fill in the hash of the OpenAPI document that the registry publishes for it."""
    own = server["_meta"][META_KEY]
    file = _spec_file(own)
    if not file:
        return False
    spec = specs.get(file)
    if spec is None:
        raise HubError(f"{own['id']}: the OpenAPI document {file} is not in registry/openapi/")
    own["openapi"]["sha256"] = spec.sha256
    return True


def _spec_file(own: Node) -> str:
    file: str = own.get("openapi", {}).get("file", "")
    return file


def _kinds(server: Node, own: Node) -> tuple[AnyKind, ...]:
    """As the contract's kinds_of has them of an entry."""
    kinds: list[AnyKind] = [package["registryType"] for package in server.get("packages", ())]
    others: tuple[AnyKind, ...] = ("module", "openapi")
    kinds += [*(kind for kind in others if kind in own), *own.get("extensions", ())]
    return tuple(dict.fromkeys([*kinds, *(("remote",) if "remotes" in server else ())]))


def _row(document: Document, earlier: Iterable[Document], seen: Seen | None) -> IndexRow:
    return IndexRow(
        id=document.id,
        name=document.name,
        title=document.title,
        description=document.description,
        version=document.version,
        status=document.status,
        kinds=document.kinds,
        categories=document.categories,
        tags=document.tags,
        sha256=document.sha256,
        specs=document.specs,
        versions=tuple(IndexVersion(version=one.version, sha256=one.sha256, specs=one.specs) for one in earlier),
        verified=document.proof is not None,
        recorded=seen.sha256 if seen else None,
    )
