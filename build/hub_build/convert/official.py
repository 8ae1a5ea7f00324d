"""The official registry's own form: one `server` object, the API's answer about one, or its list of many.

The marks that a registry keeps about a version in an answer's `_meta` become `published` and `status`; when it was
last touched there, and which version was the newest there, is that registry's business and ends here.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hub_build.convert.emit import emit
from hub_build.convert.fields import Fields
from hub_build.convert.imported import Imported, Kind, Note, told
from hub_build.convert.names import MAX_TITLE, title_of
from hub_build.convert.official_write import REGISTRY_META, STATUS, write_list, write_one
from hub_build.convert.versions import Release, newest
from hub_launch.catalog import META_KEY
from hub_launch.catalog.document import OFFICIAL_KEYS, OFFICIAL_SCHEMA
from hub_launch.catalog.entry import PUBLISHER_KEY

__all__ = ["REGISTRY_META", "detect_list", "detect_one", "read_list", "read_one", "write_list", "write_one"]

_KEPT = ("status", "publishedAt", "updatedAt", "isLatest", "statusChangedAt")


def detect_one(document: dict[str, Any]) -> bool:
    """A `server` object (it names itself as one, or has its keys), or an answer with one."""
    server = document.get("server", document)
    if not isinstance(server, dict) or not isinstance(server.get("name"), str):
        return False
    return "server.schema.json" in str(server.get("$schema")) or (
        "/" in server["name"] and bool(server.keys() & {"packages", "remotes", "version"})
    )


def detect_list(document: dict[str, Any]) -> bool:
    """The list of the API: `servers` with an object `server` in each; in its first version, such objects themselves."""
    servers = document.get("servers")
    return isinstance(servers, list) and any(isinstance(one, dict) and _is_listed(one) for one in servers)


def _is_listed(one: dict[str, Any]) -> bool:
    # Other forms have lists of `servers` with names and versions too.
    return "server" in one or (detect_one(one) and bool(one.keys() & {"packages", "remotes"}))


def read_one(document: dict[str, Any]) -> Iterator[Imported]:
    """The one server."""
    return read_list({"servers": [document]})


def read_list(document: dict[str, Any]) -> Iterator[Imported]:
    """Every version of every server; versions of one name stay together, the newest first."""
    answers = document.get("servers")
    groups: defaultdict[str, list[Any]] = defaultdict(list)
    for number, found in enumerate(answers if isinstance(answers, list) else []):
        answer = {"server": found} if isinstance(found, dict) and "server" not in found else found
        name = _name(answer)
        if name:
            groups[name].append(answer)
        else:
            reason = Note(Kind.REFUSED, f"servers.{number}", told(answer), "there is no server with a name")
            yield Imported(f"servers.{number}", None, (reason,))
    for name, versions in groups.items():
        yield from _read_versions(name, versions)


def _read_versions(name: str, answers: list[dict[str, Any]]) -> Iterator[Imported]:
    first = newest([_release(answer) for answer in answers])
    yield _read(name, answers[first], newest=True)
    for number, answer in enumerate(answers):
        if number != first:
            yield _read(name, answer, newest=False)


def _name(answer: Any) -> str:
    server = answer.get("server") if isinstance(answer, dict) else None
    name = server.get("name") if isinstance(server, dict) else None
    return name if isinstance(name, str) else ""


def _release(answer: dict[str, Any]) -> Release:
    marks = _marks(answer)
    return Release(
        str(answer["server"].get("version")),
        str(marks.get("publishedAt", "")),
        marks.get("status") == "deleted",
        marks.get("isLatest") is True,
    )


def _marks(answer: dict[str, Any]) -> dict[str, Any]:
    meta = answer.get("_meta")
    marks = meta.get(REGISTRY_META) if isinstance(meta, dict) else None
    return marks if isinstance(marks, dict) else {}


def _read(name: str, answer: dict[str, Any], *, newest: bool) -> Imported:
    notes: list[Note] = []
    server = Fields(answer["server"], "", notes)
    document = {key: server.raw(key) for key in OFFICIAL_KEYS if key in server}
    _note_schema(server)
    _derive_title(document, name, notes)
    document |= _own(server, document) | _from_marks(Fields(answer, "", notes))
    server.close()
    return Imported(name, document, tuple(notes), newest, told(document.get("version", "")))


def _note_schema(server: Fields) -> None:
    schema = server.text("$schema")
    if schema and schema != OFFICIAL_SCHEMA:
        server.note(Kind.CONVERTED, "$schema", schema, f"read as {OFFICIAL_SCHEMA}")


def _derive_title(document: dict[str, Any], name: str, notes: list[Note]) -> None:
    if "title" not in document:
        document["title"] = title_of(name.rpartition("/")[2]) or name[:MAX_TITLE]
        notes.append(Note(Kind.GUESSED, "title", document["title"], "from the name"))


def _own(server: Fields, document: dict[str, Any]) -> dict[str, Any]:
    """Our own keys, in a `server` object that a registry like ours has published."""
    meta = server.fields("_meta")
    if "_meta" in server and not meta.names():
        server.note(Kind.LOST, "_meta", {}, "it says nothing")
    own = meta.raw(META_KEY)
    if not isinstance(own, dict):
        own = {}
    integrity, packages = own.get("integrity"), document.get("packages")
    if isinstance(integrity, list) and isinstance(packages, list) and len(integrity) == len(packages):
        document["packages"] = [
            {**package, "integrity": value} if value and isinstance(package, dict) else package
            for package, value in zip(packages, integrity, strict=True)
        ]
    found = {key: value for key, value in own.items() if key not in (*OFFICIAL_KEYS, "integrity", "_meta")}
    return found | _publishers(meta)


def _publishers(meta: Fields) -> dict[str, Any]:
    """What the publisher's own tools keep there, if an entry can say it too."""
    if PUBLISHER_KEY not in meta:
        return {}
    kept = {PUBLISHER_KEY: meta.raw(PUBLISHER_KEY)}
    try:
        emit(kept)
    except ValueError as error:
        meta.note(Kind.LOST, meta.where(PUBLISHER_KEY), kept[PUBLISHER_KEY], str(error))
        return {}
    return {"_meta": kept}


def _from_marks(answer: Fields) -> dict[str, Any]:
    answer.raw("server")
    meta = answer.fields("_meta")
    marks = meta.fields(REGISTRY_META)
    found: dict[str, Any] = {}
    published, status = marks.text("publishedAt")[:10], marks.text("status")
    if published:
        found["published"] = published
    if status in STATUS and status != "active":
        found["status"] = STATUS[status]
    for key in _KEPT:
        marks.raw(key)
    answer.close()
    return found
