"""`/v0` and `/v0.1`: the official registry API as files, the same bytes in both.

`servers` is a list and a folder of one name, so the list is `servers/index.json` and hosts are configured to serve it
(a list that is an extensionless file could not have a folder beside it). All below it are extensionless files under
the decoded name, which every host serves for `ns%2Fname`. There is never a `nextCursor`: a static host ignores the
query, and a client would ask for the first page for ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from hub_build.compile import Compiled, Document
from hub_launch import __version__
from hub_launch.catalog import canonical_json

# v0.1 is frozen and asked for first; v0 is what clients fall back to.
TREES = ("v0", "v0.1")

OFFICIAL_META = "io.modelcontextprotocol.registry/official"

# What an editor calls withdrawn is called deleted there.
_STATUS = {"active": "active", "deprecated": "deprecated", "withdrawn": "deleted"}


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """All files of both trees."""
    for path, data in _tree(compiled.documents):
        for tree in TREES:
            yield f"{tree}/{path}", data


def _tree(documents: Iterable[Document]) -> Iterator[tuple[str, bytes]]:
    yield "ping", canonical_json({"pong": True})
    yield "health", canonical_json({"status": "ok"})
    yield "version", canonical_json({"version": __version__})
    listed = []
    for name, versions in _by_name(documents).items():
        envelopes = {one.entry.version: _envelope(one, is_latest=one is _latest(versions)) for one in versions}
        yield f"servers/{name}/versions/index.json", _list(envelopes.values())
        for version, envelope in envelopes.items():
            yield f"servers/{name}/versions/{version}", envelope
        yield f"servers/{versions[0].entry.id}", envelopes[versions[0].entry.version]
        if latest := _latest(versions):
            listed.append(envelopes[latest.entry.version])
            yield f"servers/{name}/versions/latest", envelopes[latest.entry.version]
    yield "servers/index.json", _list(listed)


def _by_name(documents: Iterable[Document]) -> dict[str, list[Document]]:
    """The versions of each server, newest first."""
    groups: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        groups[document.entry.name].append(document)
    for versions in groups.values():
        versions.sort(key=lambda document: document.entry.published, reverse=True)
    return groups


def _latest(versions: list[Document]) -> Document | None:
    """The newest version that was not withdrawn: nobody should be led to another."""
    return next((one for one in versions if one.entry.status != "withdrawn"), None)


def _envelope(document: Document, *, is_latest: bool) -> bytes:
    # From the day the publisher states and not from a clock: the same source gives the same bytes.
    moment = f"{document.entry.published}T00:00:00Z"
    meta = {
        "status": _STATUS[document.entry.status],
        "publishedAt": moment,
        "updatedAt": moment,
        "statusChangedAt": moment,
        "isLatest": is_latest,
    }
    # Put together from bytes, so that a document is serialised once and not for each of its six places.
    return b'{"_meta":' + canonical_json({OFFICIAL_META: meta}) + b',"server":' + document.data + b"}"


def _list(envelopes: Iterable[bytes]) -> bytes:
    items = list(envelopes)
    metadata = canonical_json({"count": len(items)})
    return b'{"metadata":' + metadata + b',"servers":[' + b",".join(items) + b"]}"
