"""Entries to the documents that are published. Pure: the same registry gives the same bytes on any machine."""

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

from hub_launch.catalog import (
    META_KEY,
    SCHEMA_VERSION,
    Entry,
    Index,
    IndexRow,
    IndexVersion,
    Lists,
    Profile,
    Recorded,
    canonical_json,
    from_server,
    sha256_hex,
)
from hub_launch.catalog.entry import Status
from hub_launch.errors import HubError
from hub_launch.judge.draft import Draft, Node, Summary
from hub_launch.judge.load import Loaded
from hub_launch.judge.precedence import Key, precedence
from hub_launch.judge.proofs import Proof
from hub_launch.judge.registry import Registry
from hub_launch.judge.spec import Spec, compile_spec

TITLE = "MCP hub registry"

_OFFICIAL: dict[Status, Literal["active", "deprecated", "deleted"]] = {
    "active": "active",
    "deprecated": "deprecated",
    "withdrawn": "deleted",
}
_NO_LISTS = Lists()
_NO_REGISTRY = Registry()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a version stands, in the official registry's words.

    since: the day, as `2026-11-21`. reason: for people; empty for what stands.
    """

    status: Literal["active", "deprecated", "deleted"]
    since: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Document(Summary):
    """One published version of a server: what outputs ask for most, and all of it as bytes.

    data: its official `server` object as canonical JSON, with the hash of its OpenAPI document filled in.
    specs: hashes of the OpenAPI documents that the registry publishes for it.
    standing: whether it may be started, since when, and why not. proof: that the name is its publisher's.
    """

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
class Server:
    """All that one server adds to the site. document: the current version; earlier: others, the newest first."""

    document: Document
    earlier: tuple[Document, ...] = ()
    seen: Seen | None = None
    seen_before: Mapping[str, Seen] = field(default_factory=dict)
    """What smoke tests saw of earlier versions, by version."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every version, the current one first."""
        return (self.document, *self.earlier)

    @property
    def row(self) -> IndexRow:
        """Its row of the index, made anew each time: of most servers nobody asks for it."""
        return _row(self.document, self.earlier, self.seen)


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that outputs are made of.

    documents: the current ones, sorted by id, like the rows of the index. specs: bytes by hash.
    earlier: versions that were current once, by id, the newest first.
    """

    title: str
    lists: Lists
    documents: tuple[Document, ...]
    specs: Mapping[str, bytes]
    earlier: Mapping[str, tuple[Document, ...]] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    """What smoke tests saw, by id."""
    profiles: tuple[Profile, ...] = ()
    """Sets of servers that are started together, sorted by id."""
    base_url: str = ""
    """Where the site will be, with a slash at its end; empty where that is not known."""
    seen_before: Mapping[str, Mapping[str, Seen]] = field(default_factory=dict)
    """What smoke tests saw of earlier versions, by id and version."""
    pages: bool = False
    """Whether the site has pages for people."""

    @property
    def index(self) -> Index:
        """The registry's index, made anew each time."""
        rows = tuple(server.row for server in self.servers)
        return Index(
            schema_version=SCHEMA_VERSION,
            title=self.title,
            count=len(rows),
            lists=self.lists,
            profiles=self.profiles,
            servers=rows,
        )

    @property
    def servers(self) -> Iterator[Server]:
        """Every server, by id."""
        for one in self.documents:
            earlier, before = self.earlier.get(one.id, ()), self.seen_before.get(one.id, {})
            yield Server(one, earlier, self.seen.get(one.id), before)

    @property
    def all_documents(self) -> Iterator[Document]:
        """Every version of every server, the current ones first."""
        yield from self.documents
        for documents in self.earlier.values():
            yield from documents

    def of(self, ids: Container[str]) -> "Compiled":
        """The registry as it would be with the servers `ids` alone."""
        documents = tuple(one for one in self.documents if one.id in ids)
        earlier = {id_: versions for id_, versions in self.earlier.items() if id_ in ids}
        used = {sha256 for one in (*documents, *chain(*earlier.values())) for sha256 in one.specs}
        specs = {sha256: data for sha256, data in self.specs.items() if sha256 in used}
        seen = {id_: one for id_, one in self.seen.items() if id_ in ids}
        profiles = tuple(one for one in self.profiles if all(server.id in ids for server in one.servers))
        before = {id_: one for id_, one in self.seen_before.items() if id_ in ids}
        return replace(
            self,
            documents=documents,
            earlier=earlier,
            specs=specs,
            seen=seen,
            seen_before=before,
            profiles=profiles,
        )


def compile_registry(registry: Registry, title: str = TITLE) -> Compiled:
    """Every valid entry of `registry`. Raises HubError for an OpenAPI document that is missing or unreadable.

    Entries that break the schema are left out: whoever publishes runs the checks first.
    """
    specs = {name: compile_spec(spec) for name, spec in registry.specs.items() if isinstance(spec, Loaded)}
    lists = registry.lists.lists
    drafts = (source.draft for source in registry.sources)
    compiled = [compile_draft(draft, specs, lists, registry) for draft in drafts if draft]
    documents = tuple(sorted(compiled, key=lambda document: document.id))
    earlier = _earlier(compile_draft(one.draft, specs, lists) for one in registry.versions if one.draft)
    seen = compile_recorded(registry, {document.id: document.version for document in documents})
    current = {document.id for document in documents}
    # Of servers that are not there nothing is published.
    earlier = {id_: versions for id_, versions in earlier.items() if id_ in current}
    used = {sha256 for one in (*documents, *chain(*earlier.values())) for sha256 in one.specs}
    data = {spec.sha256: spec.data for spec in specs.values() if spec.sha256 in used}
    profiles = sorted((file.profile for file in registry.profiles if file.profile), key=lambda one: one.id)
    before = _seen_before(registry, earlier)
    return Compiled(title, lists, documents, data, earlier, seen, tuple(profiles), seen_before=before)


def compile_recorded(registry: Registry, versions: Mapping[str, str]) -> dict[str, Seen]:
    """What smoke tests saw of the current `versions`, by id; of others it says nothing any more."""
    records = (file.recorded for file in registry.recorded)
    return {one.id: _seen(one) for one in records if one and versions.get(one.id) == one.version}


def _seen_before(registry: Registry, earlier: Mapping[str, tuple[Document, ...]]) -> dict[str, dict[str, Seen]]:
    versions = {(one.id, one.version) for documents in earlier.values() for one in documents}
    found: defaultdict[str, dict[str, Seen]] = defaultdict(dict)
    for file in registry.earlier_records:
        if (one := file.recorded) and (one.id, one.version) in versions:
            found[one.id][one.version] = _seen(one)
    return dict(found)


def _seen(recorded: Recorded) -> Seen:
    data = canonical_json(recorded.model_dump(mode="json", exclude_none=True))
    return Seen(data, sha256_hex(data), tuple(str(tool["name"]) for tool in recorded.tools or ()))


def read_server(data: bytes) -> Node:
    """The `server` object that `data` is."""
    server: Node = json.loads(data)
    return server


def compile_draft(
    draft: Draft, specs: Mapping[str, Spec], lists: Lists = _NO_LISTS, registry: Registry = _NO_REGISTRY
) -> Document:
    """A version as it is published.

    specs: the OpenAPI documents by file name. registry: whose proofs count.
    """
    spec = _spec(draft, specs)
    withdrawn = lists.withdrawal(draft.id) is not None
    data, sha256 = draft.data, draft.sha256
    # Most are published as their file alone has them.
    if spec or withdrawn:
        data = _changed(data, spec, withdrawn)
        sha256 = sha256_hex(data)
    if withdrawn:
        draft = replace(draft, status="withdrawn")
    return Document(
        *draft.summary,
        (spec,) if spec else (),
        data,
        sha256,
        _standing(draft, lists),
        # Few have one, and reading an entry takes longer than all else here.
        registry.proof_of(from_server(read_server(data))) if draft.id in registry.proofs else None,
    )


def _spec(draft: Draft, specs: Mapping[str, Spec]) -> str:
    """The hash of the OpenAPI document that the registry publishes for `draft`; empty if there is none."""
    if not draft.spec:
        return ""
    if draft.spec not in specs:
        raise HubError(f"{draft.id}: the OpenAPI document {draft.spec} is not in registry/openapi/")
    return specs[draft.spec].sha256


def _changed(data: bytes, spec: str, withdrawn: bool) -> bytes:
    server = read_server(data)
    own = server["_meta"][META_KEY]
    if spec:
        own["openapi"]["sha256"] = spec
    if withdrawn:
        # It says so itself too: a reader of one document need not know the lists.
        own["status"] = "withdrawn"
    return canonical_json(server)


def _standing(draft: Draft, lists: Lists) -> Standing:
    """How this version of a server stands. A yanked one is found by who asks for exactly it, and by nobody else."""
    against = lists.withdrawal(draft.id) or lists.yanking(draft.id, draft.version)
    if against:
        return Standing("deleted", against.date, against.reason)
    return Standing(_OFFICIAL[draft.status], draft.published)


def _earlier(documents: Iterable[Document]) -> dict[str, tuple[Document, ...]]:
    groups: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        groups[document.id].append(document)
    return {id_: tuple(sorted(groups[id_], key=_precedence, reverse=True)) for id_ in sorted(groups)}


def _precedence(document: Document) -> Key:
    return precedence(document.version, document.published)


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
