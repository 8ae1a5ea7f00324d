"""A file in another registry's form (`server.json`, Docker's `server.yaml`, ...): converted, and the rest guessed."""

from pathlib import Path
from typing import Any

from hub_build.convert import Defaults, Ids, Imported, Kind, detected, imported
from hub_build.convert.source import read_document, told_briefly
from hub_build.scaffold import common
from hub_build.scaffold.draft import GUESSED, Draft
from hub_build.scaffold.request import Request
from hub_build.upstream import UPSTREAMS, Release
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.findings import Pointer
from hub_launch.judge.registry import shown

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
        if note.kind is Kind.GUESSED and at not in draft.remarks:
            draft.remark(at, f"{GUESSED}{note.because}")
        elif note.kind is Kind.MISSING and not _is_there(draft.document, at):
            # A comment on a key that is absent stands above the part that lacks it.
            draft.remark(at[:-1] or ("id",), f"missing: {note.field}, {note.because}")
    return draft


def _add_missing(draft: Draft, request: Request) -> None:
    known = draft.document
    repository = str(known.get("repository", {}).get("url", "")) or None
    stated = _with_integrity(draft)
    draft.known("published", known.get("published", request.today))
    if "version" not in known:
        draft.guessed("version", "1.0.0", "the source has none")
    if "license" not in known:
        common.add_license(draft, stated)
    if "maintainers" not in known:
        common.add_people(draft, request, repository)
    if "categories" not in known:
        tags = known.get("tags")
        common.add_topics(draft, str(known.get("name", "")), str(known.get("description", "")), tags or ())
        draft.known("tags", tags)
    if "packages" in known and "permissions" not in known:
        draft.known("permissions", {"network": "any", "filesystem": "none"})
        draft.remark(("permissions", "network"), f"{GUESSED}none, loopback, any, or better the hosts that it talks to")
        draft.remark(("permissions", "filesystem"), f"{GUESSED}none, arguments (paths that the user gives), or any")


def _with_integrity(draft: Draft) -> str | None:
    """Fill in the hashes that a form has no room for, as far as upstream tells; returns the licence it states."""
    packages = [dict(package) for package in draft.document.get("packages", ())]
    stated = None
    for package in packages:
        upstream = UPSTREAMS.get(str(package.get("registryType")))
        if upstream is None or "version" not in package:
            continue
        try:
            release = upstream.release(str(package["identifier"]), str(package["version"]))
        except HubError:
            # The file says enough for a draft.
            continue
        if isinstance(release, Release):
            stated = stated or release.license
            if release.integrity:
                package.setdefault("integrity", release.integrity)
    draft.known("packages", packages)
    return stated


def _is_there(document: Any, pointer: Pointer) -> bool:
    for part in pointer:
        try:
            document = document[part]
        except (LookupError, TypeError):
            return False
    return True


def _pointer(field: str) -> Pointer:
    return tuple(int(part) if part.isdecimal() else part for part in field.split("."))
