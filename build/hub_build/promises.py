"""Published = source: proof, from the bytes alone, that every server is in every output and that nothing lost a field.

What an output promises is stated here apart from how it is made, so that a mistake there is found here.
"""

import functools
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, TypeVar
from xml.etree import ElementTree

from pydantic import BaseModel, ValidationError

from hub_build.api import AiCatalog, Badge, ManagedSettings, SearchIndex, ServerList, ServerResponse
from hub_build.compile import Compiled
from hub_build.outputs import OUTPUTS, ai_catalog, feed
from hub_build.outputs.v0 import TREES
from hub_launch.catalog import META_KEY, Index, IndexRow, Lists, Recorded, sha256_hex
from hub_launch.errors import ExitCode, HubError

Files = Mapping[str, bytes]
ModelT = TypeVar("ModelT", bound=BaseModel)

# How many ids a message names: enough to see what they have in common.
MAX_NAMED = 5

# In each tree.
LIST = "servers/index.json"

_SERVERS = b'"servers":['

_ATOM = "{http://www.w3.org/2005/Atom}"
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@dataclass(frozen=True, slots=True)
class Promise:
    """What must be found in an output. Both give ids, or other words that stand for one server each, in any order.

    found: read from the files; raises ValidationError, ValueError or KeyError for what breaks the output's form.
    """

    expected: Callable[[Compiled], Iterable[str]]
    found: Callable[[Files], Iterable[str]]


def check_promises(compiled: Compiled, files: Files) -> None:
    """Raise HubError, naming the output and the servers, unless `files` hold all of `compiled`."""
    for output, promise in PROMISES.items():
        _check(output, promise, compiled, files)
    _read_index.cache_clear()


def check_wholes(compiled: Compiled, files: Files, rows: Mapping[str, Sequence[bytes]]) -> None:
    """The same of `files` about all servers alone, made of `rows` by output that kept the promises by themselves.

    Raises HubError unless each document has one row for each server that it is about, says so many, and has no more.
    """
    for output, promise in WHOLES.items():
        _check(output, promise, compiled, files)
    one, *others = (files.get(f"{tree}/{LIST}") for tree in TREES)
    if any(other != one for other in others):
        raise _broken(f"{' and '.join(f'{tree}/{LIST}' for tree in TREES)} differ")
    for output, (path, ids) in JOINED.items():
        wanted, found = len(ids(compiled)), len(rows[output])
        if wanted != found:
            raise _broken(f"the output {output} has {found} rows for {wanted} servers")
        if not _is_joined(files[path], rows[output]):
            raise _broken(f"{path} is not made of the rows of all servers, in their order, and nothing else")


def _is_joined(whole: bytes, rows: Sequence[bytes]) -> bool:
    """Whether the list in `whole`, JSON with a count of it, is made of `rows`, byte by byte."""
    start = whole.find(b"[" + rows[0]) + 1 if rows else 0
    place = start
    for row in rows:
        if not whole.startswith(row, place) or whole[place + len(row) : place + len(row) + 1] not in (b",", b"]"):
            return False
        place += len(row) + 1
    # What is left when all rows are taken out of it.
    try:
        rest = json.loads(whole[:start] + whole[place - 1 :] if rows else whole)
    except ValueError:
        return False
    lists = [rest.get(key) for key in ("servers", "entries", "allowedMcpServers") if key in rest]
    return lists == [[]] and rest.get("metadata", rest).get("count", len(rows)) == len(rows)


def _check(output: str, promise: Promise, compiled: Compiled, files: Files) -> None:
    expected = Counter(promise.expected(compiled))
    try:
        found = Counter(promise.found(files))
    except (ValidationError, ValueError, KeyError, ElementTree.ParseError) as error:
        raise _broken(f"the output {output} is not what it promises to be: {_first(error)}") from error
    # As dictionaries: to take one counter from another, or to compare two, is Python's own work for each of 10,000.
    if dict(found) == dict(expected):
        return
    if missing := sorted((expected - found).elements()):
        raise _broken(f"the output {output} lacks {len(missing)} of {expected.total()}: {_some(missing)}")
    if extra := sorted((found - expected).elements()):
        raise _broken(f"the output {output} has {len(extra)} too many: {_some(extra)}")


def live_ids(compiled: Compiled) -> list[str]:
    """The servers that may be started."""
    return [one.id for one in compiled.documents if one.status != "withdrawn"]


def listed_ids(compiled: Compiled) -> list[str]:
    """The servers of which one version at least was neither withdrawn nor yanked."""
    standing = {one.id for one in compiled.all_documents if one.standing.status != "deleted"}
    return [id_ for id_ in all_ids(compiled) if id_ in standing]


def versions(compiled: Compiled) -> list[str]:
    """Every version of every server, as `<id> <version>`."""
    return [f"{one.id} {one.version}" for one in compiled.all_documents]


def all_ids(compiled: Compiled) -> list[str]:
    """The servers that have an entry, withdrawn ones too."""
    return [document.id for document in compiled.documents]


def _needed_specs(compiled: Compiled) -> list[str]:
    return [sha256 for one in compiled.all_documents for sha256 in one.specs]


def _index(files: Files) -> Iterator[str]:
    return (row.id for row in _rows(files))


def _rows(files: Files) -> tuple[IndexRow, ...]:
    return _read_index(files["index.json"]).servers


# Read once and not for each promise.
@functools.lru_cache(maxsize=1)
def _read_index(data: bytes) -> Index:
    return _read(Index, data)


def _entries(files: Files) -> Iterator[str]:
    for row in _rows(files):
        for sha256 in (row.sha256, *(one.sha256 for one in row.versions)):
            path = f"entries/{row.id}/{sha256}.json"
            if sha256_hex(files[path]) != sha256:
                raise ValueError(f"{path} is not what its name says")
            server = json.loads(files[path])
            yield f"{_id_of(server)} {server['version']}"


def _specs(files: Files) -> Iterator[str]:
    for row in _rows(files):
        wanted = [*row.specs, *(sha256 for one in row.versions for sha256 in one.specs)]
        yield from (sha256 for sha256 in wanted if sha256_hex(files[f"specs/{sha256}.json"]) == sha256)


def _published_specs(files: Files) -> Iterator[str]:
    for path in _inside(files, "specs/", ".json"):
        if path != f"specs/{sha256_hex(files[path])}.json":
            raise ValueError(f"{path} is not what its name says")
        yield path.removeprefix("specs/").removesuffix(".json")


def _listed(files: Files) -> Iterator[str]:
    """The list of the first tree; that of the other has the same bytes."""
    trees = [files[f"{tree}/{LIST}"] for tree in TREES]
    if len(set(trees)) > 1:
        raise ValueError(f"{' and '.join(TREES)} differ")
    parts = _walked(trees[0], files)
    if parts is None:
        yield from _read_whole(trees, files)
        return
    for id_, part in parts.items():
        # One at a time: those of a large registry, read at once, take more memory than all else.
        one = _read(ServerResponse, part)
        for path in (f"servers/{id_}", f"servers/{one.server.name}/versions/latest"):
            for tree in TREES:
                if files[f"{tree}/{path}"] != part:
                    raise ValueError(f"{tree}/{path} is not what the list says")
        yield str(one.server.meta[META_KEY]["id"])


def _walked(whole: bytes, files: Files) -> dict[str, bytes] | None:
    """The files of servers that the list `whole` is made of, by id; None unless that is all it is, byte by byte."""
    parts: dict[str, bytes] = {}
    place = start = whole.find(_SERVERS) + len(_SERVERS)
    for row in _rows(files):
        part = files.get(f"{TREES[0]}/servers/{row.id}", b"")
        end = place + len(part)
        if part and whole.startswith(part, place) and whole[end : end + 1] in (b",", b"]"):
            parts[row.id], place = part, end + 1
    complete = whole[:start] == b'{"metadata":{"count":%d},%b' % (len(parts), _SERVERS) and whole[place - 1 :] == b"]}"
    return parts if complete else None


def _read_whole(trees: list[bytes], files: Files) -> list[str]:
    """The list as any reader takes it, to tell what is wrong with it."""
    listed = _read(ServerList, trees[0])
    if listed.metadata.count != len(listed.servers):
        raise ValueError(f"metadata.count is {listed.metadata.count} for {len(listed.servers)} servers")
    ids = {one.server.name: str(one.server.meta[META_KEY]["id"]) for one in listed.servers}
    for tree in TREES:
        latest = {name: files[f"{tree}/servers/{name}/versions/latest"] for name in ids}
        _check_parts(trees[0], latest, f"{tree}/servers/%s/versions/latest", listed)
        _check_parts(
            trees[0], {name: files[f"{tree}/servers/{ids[name]}"] for name in ids}, f"{tree}/servers/%s", listed
        )
    return [str(one.server.meta[META_KEY]["id"]) for one in listed.servers]


def _check_parts(whole: bytes, parts: Mapping[str, bytes], path: str, listed: ServerList) -> None:
    """Raise ValueError unless the list is made of `parts`, by name. By bytes: parsing takes three times as long."""
    if b"[" + b",".join(parts.values()) + b"]" in whole:
        return
    for one in listed.servers:
        if _read(ServerResponse, parts[one.server.name]) != one:
            raise ValueError(f"{path % one.server.name} is not what the list says")
    raise ValueError(f"{path % '*'} are not, byte by byte, what the list says")


def _recorded(files: Files) -> Iterator[str]:
    for row in _rows(files):
        if row.recorded and sha256_hex(files[f"recorded/{row.id}.json"]) == row.recorded:
            yield _read(Recorded, files[f"recorded/{row.id}.json"]).id


def _searched(files: Files) -> Iterator[str]:
    return (row[0] for row in _read(SearchIndex, files["search.json"]).servers)


def _withdrawn(files: Files) -> Iterator[str]:
    return (one.id for one in _read(Lists, files["lists.json"]).withdrawn)


def _badges(files: Files) -> Iterator[str]:
    for path in _inside(files, "badges/", ".json"):
        _read_badge(files[path])
        if _read_image(files[path.removesuffix(".json") + ".svg"]):
            yield path.removeprefix("badges/").removesuffix(".json")


# Many badges are the same bytes.
@functools.lru_cache(maxsize=1_000)
def _read_badge(data: bytes) -> Badge:
    return _read(Badge, data)


@functools.lru_cache(maxsize=1_000)
def _read_image(data: bytes) -> str:
    return ElementTree.fromstring(data).tag  # noqa: S314 - our own bytes


def _allowed(files: Files) -> Iterator[str]:
    _read(ManagedSettings, files["managed-settings/commands.json"])
    settings = _read(ManagedSettings, files["managed-settings/names.json"])
    return (one.server_name for one in settings.allowed_mcp_servers if one.server_name)


def _catalogued(files: Files) -> Iterator[str]:
    return (one.identifier for one in _read(AiCatalog, files[".well-known/ai-catalog.json"]).entries)


def _tabled(files: Files) -> Iterator[str]:
    _, _, rows = files["servers.md"].decode().partition("|---|\n")
    return (row.split(" | ", 1)[0].removeprefix("| ") for row in rows.splitlines())


def _news(files: Files) -> Iterator[str]:
    root = ElementTree.fromstring(files["feed.xml"])  # noqa: S314 - our own bytes
    return (node.findtext(f"{_ATOM}id", "") for node in root.iter(f"{_ATOM}entry"))


def _mapped(files: Files) -> Iterator[str]:
    for path in (*_inside(files, "sitemap", ".xml"), *_inside(files, "sitemaps/", ".xml")):
        root = ElementTree.fromstring(files[path])  # noqa: S314 - our own bytes
        for node in root.iter(f"{_SITEMAP}url"):
            yield node.findtext(f"{_SITEMAP}loc", "").rstrip("/").rpartition("/")[2]


# Of each output whose content is servers. What an output besides these has is the same for every registry, or
# (llms.txt) an extract for readers who are sent to the others.
PROMISES = {
    "index": Promise(all_ids, _index),
    "entries": Promise(versions, _entries),
    "specs": Promise(_needed_specs, _specs),
    "v0": Promise(listed_ids, _listed),
    "recorded": Promise(lambda compiled: list(compiled.seen), _recorded),
    "search": Promise(live_ids, _searched),
    "servers": Promise(live_ids, _tabled),
    "lists": Promise(lambda compiled: [one.id for one in compiled.lists.withdrawn], _withdrawn),
    "badges": Promise(all_ids, _badges),
    "managed_settings": Promise(live_ids, _allowed),
    "ai_catalog": Promise(
        lambda compiled: [ai_catalog.identifier(one.name) for one in ai_catalog.remote_documents(compiled)],
        _catalogued,
    ),
    "feed": Promise(lambda compiled: [feed.entry_id(one) for one in feed.newest_documents(compiled)], _news),
    "sitemap": Promise(lambda compiled: live_ids(compiled) if compiled.base_url else [], _mapped),
}
# Of those, the ones that can be told from the files about all servers, quickly.
WHOLES = {
    **{output: PROMISES[output] for output in ("lists", "managed_settings", "feed", "sitemap")},
    "specs": Promise(lambda compiled: {*_needed_specs(compiled)}, _published_specs),
}
# Of the others, the path of the document that is joined of rows, and the servers that have one.
JOINED: dict[str, tuple[str, Callable[[Compiled], Sized]]] = {
    "index": ("index.json", all_ids),
    "v0": (f"{TREES[0]}/{LIST}", listed_ids),
    "search": ("search.json", live_ids),
    "ai_catalog": (
        ".well-known/ai-catalog.json",
        lambda compiled: [one.id for one in ai_catalog.remote_documents(compiled)],
    ),
}
UNPROMISED = frozenset(OUTPUTS) - PROMISES.keys()


def _read(model: type[ModelT], data: bytes) -> ModelT:
    # By alias alone, as other readers have to.
    return model.model_validate_json(data, by_alias=True, by_name=False)


def _id_of(server: dict[str, Any]) -> str:
    id_: str = server["_meta"][META_KEY]["id"]
    return id_


def _inside(files: Files, prefix: str, suffix: str) -> list[str]:
    paths = sorted(files)
    # Behind all that begin so: no path has the last of all characters.
    start, end = bisect_left(paths, prefix), bisect_left(paths, prefix + "\U0010ffff")
    return [path for path in paths[start:end] if path.endswith(suffix)]


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        detail = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}"
    return f"there is no {error}" if isinstance(error, KeyError) else str(error)


def _some(words: list[str]) -> str:
    more = f" and {len(words) - MAX_NAMED} more" if len(words) > MAX_NAMED else ""
    return ", ".join(words[:MAX_NAMED]) + more


def _broken(message: str) -> HubError:
    return HubError(message, "nothing was written; this is a defect of hub-build, please report it", ExitCode.INTERNAL)
