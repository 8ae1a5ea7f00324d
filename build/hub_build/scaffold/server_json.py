"""A file in another registry's form (`server.json`, Docker's `server.yaml`, ...): converted, and the rest guessed."""

from pathlib import Path

from hub_build.convert import Defaults, Ids, Imported, Kind, detected, imported
from hub_build.convert.source import read_document, told_briefly
from hub_build.findings import Pointer
from hub_build.registry import shown
from hub_build.scaffold import common
from hub_build.scaffold.draft import GUESSED, Draft
from hub_build.scaffold.request import Request
from hub_launch.errors import ExitCode, HubError

ENDINGS = (".json", ".yaml", ".yml")


def from_file(text: str, request: Request) -> Draft:
    """`text` is the path of a file with one server in it."""
    path = Path(text)
    if not path.is_file():
        raise HubError(
            f"there is no file {path}", "name a server.json, or a source such as npm:<package>", ExitCode.USAGE
        )
    document = read_document(path, shown(path))
    if isinstance(document, tuple):
        raise HubError(f"{shown(path)}: {told_briefly(document)}", "correct the file", ExitCode.USAGE)
    form = detected(document)
    if not form:
        raise HubError(
            f"{shown(path)} is in no form that is known here", "hub-build import --help lists them", ExitCode.USAGE
        )
    servers = list(imported(document, form, Defaults(), Ids({id_: id_ for id_ in request.ids})))
    if len(servers) != 1:
        hint = f"hub-build import {shown(path)} takes all of them"
        raise HubError(f"{shown(path)} has {len(servers)} servers", hint, ExitCode.USAGE)
    return drafted(servers[0], request)


def drafted(server: Imported, request: Request) -> Draft:
    """An entry of what was converted, with guesses in the place of what the form has no room for."""
    if server.document is None:
        told = "; ".join(note.because for note in server.refusals) or "nobody knows why"
        raise HubError(f"{server.source} cannot be an entry: {told}", "correct the file", ExitCode.USAGE)
    draft = Draft(dict(server.document))
    _add_missing(draft, request)
    for note in server.notes:
        at = _pointer(note.field)
        if note.kind in (Kind.GUESSED, Kind.MISSING) and at not in draft.remarks:
            words = GUESSED if note.kind is Kind.GUESSED else "missing: "
            # Above what is there: a comment on a key that is absent stands above the part that lacks it.
            draft.remark(at if note.kind is Kind.GUESSED else at[:-1], f"{words}{note.field}, {note.because}")
    return draft


def _add_missing(draft: Draft, request: Request) -> None:
    known = draft.document
    repository = str(known.get("repository", {}).get("url", "")) or None
    if "published" not in known:
        draft.known("published", request.today)
    if "license" not in known:
        common.add_license(draft, None)
    if "maintainers" not in known:
        common.add_people(draft, request, repository)
    if "categories" not in known:
        tags = known.get("tags")
        common.add_topics(draft, str(known.get("name", "")), str(known.get("description", "")), tags or ())
        if tags:
            draft.known("tags", tags)


def _pointer(field: str) -> Pointer:
    return tuple(int(part) if part.isdecimal() else part for part in field.split("."))
