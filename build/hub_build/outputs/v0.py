"""`/v0` and `/v0.1`: the official registry API as files, the same bytes in both.

`servers` is a list and a folder of one name, so the list is `servers/index.json` and hosts are configured to serve it
(a list that is an extensionless file could not have a folder beside it). All below it are extensionless files under
the decoded name, which every host serves for `ns%2Fname`. There is never a `nextCursor`: a static host ignores the
query, and a client would ask for the first page for ever.
"""

import functools
from collections.abc import Iterable, Sequence

from hub_build.compile import Compiled, Document, Server, Standing
from hub_build.links import moment
from hub_build.outputs.output import Files
from hub_launch.catalog import canonical_json
from hub_launch.judge.precedence import precedence
from hub_launch.version import __version__

# v0.1 is frozen and asked for first; v0 is what clients fall back to.
TREES = ("v0", "v0.1")

OFFICIAL_META = "io.modelcontextprotocol.registry/official"

# What we know of a server beyond the official vocabulary, beside its own `_meta`.
OUR_META = "io.github.mcp-hub-launch/registry"


def of_server(server: Server) -> Files:
    """The files of one server in both trees."""
    versions = sorted(server.documents, key=lambda document: document.published, reverse=True)
    latest = _latest(versions)
    envelopes = {one.version: _envelope(one, is_latest=one is latest) for one in versions}
    name = server.document.name
    for tree in TREES:
        folder = f"{tree}/servers/{name}/versions"
        yield f"{folder}/index.json", _list([*envelopes.values()])
        for version, envelope in envelopes.items():
            yield f"{folder}/{version}", envelope
        yield f"{tree}/servers/{server.document.id}", envelopes[(latest or versions[0]).version]
        if latest:
            yield f"{folder}/latest", envelopes[latest.version]


def row(server: Server) -> bytes:
    """The latest version; nothing of a server that has none."""
    latest = _latest(server.documents)
    return _envelope(latest, is_latest=True) if latest else b""


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Files:
    """The list, and what is the same for every registry."""
    for tree in TREES:
        yield f"{tree}/ping", canonical_json({"pong": True})
        yield f"{tree}/health", canonical_json({"status": "ok"})
        yield f"{tree}/version", canonical_json({"version": __version__})
    listed = _list(rows)
    for tree in TREES:
        yield f"{tree}/servers/index.json", listed


def _latest(versions: Iterable[Document]) -> Document | None:
    """The newest version that was neither withdrawn nor yanked: nobody should be led to another."""
    standing = [one for one in versions if one.standing.status != "deleted"]
    if len(standing) == 1:  # as of most servers: there is nothing to compare
        return standing[0]
    return max(standing, key=lambda one: precedence(one.version, one.published), default=None)


def _envelope(document: Document, *, is_latest: bool) -> bytes:
    meta = _official(document.standing, document.published, is_latest=is_latest)
    if document.proof:
        ours = {"verified": document.proof.model_dump(mode="json", include={"date", "packages"})}
        meta = b"%b:%b,%b" % (canonical_json(OUR_META), canonical_json(ours), meta)
    # Put together from bytes, so that a document is serialised once and not for each of its six places.
    return b'{"_meta":{%b},"server":%b}' % (meta, document.data)


# Of most servers it is the same.
@functools.lru_cache(maxsize=1_000)
def _official(standing: Standing, published_on: str, *, is_latest: bool) -> bytes:
    # From the days that people state and not from a clock: the same source gives the same bytes.
    published, changed = moment(published_on), moment(standing.since)
    official = {
        "status": standing.status,
        "publishedAt": published,
        "updatedAt": max(published, changed),
        "statusChangedAt": changed,
        "isLatest": is_latest,
    }
    if standing.reason:
        official["statusMessage"] = standing.reason
    return b"%b:%b" % (canonical_json(OFFICIAL_META), canonical_json(official))


def _list(envelopes: Sequence[bytes]) -> bytes:
    return b'{"metadata":%b,"servers":[%b]}' % (canonical_json({"count": len(envelopes)}), b",".join(envelopes))
