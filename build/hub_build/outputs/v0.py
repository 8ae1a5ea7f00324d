"""`/v0` and `/v0.1`: the official registry API as files, the same bytes in both.

`servers` is a list and a folder of one name, so the list is `servers/index.json` and hosts are configured to serve it
(a list that is an extensionless file could not have a folder beside it). All below it are extensionless files under
the decoded name, which every host serves for `ns%2Fname`. There is never a `nextCursor`: a static host ignores the
query, and a client would ask for the first page for ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from hub_build.compile import Compiled, Document
from hub_build.precedence import precedence
from hub_launch import __version__
from hub_launch.catalog import canonical_json

# v0.1 is frozen and asked for first; v0 is what clients fall back to.
TREES = ("v0", "v0.1")

OFFICIAL_META = "io.modelcontextprotocol.registry/official"

# What we know of a server beyond the official vocabulary, beside its own `_meta`.
OUR_META = "io.github.mcp-hub-launch/registry"


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """All files of both trees."""
    for path, data in _tree(compiled.all_documents):
        for tree in TREES:
            yield f"{tree}/{path}", data


def _tree(documents: Iterable[Document]) -> Iterator[tuple[str, bytes]]:
    yield "ping", canonical_json({"pong": True})
    yield "health", canonical_json({"status": "ok"})
    yield "version", canonical_json({"version": __version__})
    listed = []
    for name, versions in _by_name(documents).items():
        latest = _latest(versions)
        envelopes = {one.version: _envelope(one, is_latest=one is latest) for one in versions}
        yield f"servers/{name}/versions/index.json", _list(envelopes.values())
        for version, envelope in envelopes.items():
            yield f"servers/{name}/versions/{version}", envelope
        yield f"servers/{versions[0].id}", envelopes[(latest or versions[0]).version]
        if latest:
            listed.append(envelopes[latest.version])
            yield f"servers/{name}/versions/latest", envelopes[latest.version]
    yield "servers/index.json", _list(listed)


def _by_name(documents: Iterable[Document]) -> dict[str, list[Document]]:
    """The versions of each server, newest first."""
    groups: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        groups[document.name].append(document)
    for versions in groups.values():
        versions.sort(key=lambda document: document.published, reverse=True)
    return groups


def _latest(versions: list[Document]) -> Document | None:
    """The newest version that was neither withdrawn nor yanked: nobody should be led to another."""
    standing = [one for one in versions if one.standing.status != "deleted"]
    if len(standing) == 1:  # as of most servers: there is nothing to compare
        return standing[0]
    return max(standing, key=lambda one: precedence(one.version, one.published), default=None)


def _envelope(document: Document, *, is_latest: bool) -> bytes:
    # From the days that people state and not from a clock: the same source gives the same bytes.
    published, changed = (_moment(day) for day in (document.published, document.standing.since))
    official = {
        "status": document.standing.status,
        "publishedAt": published,
        "updatedAt": max(published, changed),
        "statusChangedAt": changed,
        "isLatest": is_latest,
    }
    if document.standing.reason:
        official["statusMessage"] = document.standing.reason
    meta: dict[str, Any] = {OFFICIAL_META: official}
    if document.proof:
        meta[OUR_META] = {"verified": document.proof.model_dump(mode="json", include={"date", "packages"})}
    # Put together from bytes, so that a document is serialised once and not for each of its six places.
    return b'{"_meta":' + canonical_json(meta) + b',"server":' + document.data + b"}"


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _list(envelopes: Iterable[bytes]) -> bytes:
    items = list(envelopes)
    metadata = canonical_json({"count": len(items)})
    return b'{"metadata":' + metadata + b',"servers":[' + b",".join(items) + b"]}"
