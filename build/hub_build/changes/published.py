"""What was published stays as it was: who has a version must get the same one tomorrow."""

from collections.abc import Iterator
from typing import Any

from hub_build.changes.branch import Branch, Change, Kind
from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.registry import Source

_WITHDRAW = "to take a version back, list it in `yanked` of lists.yaml"


def check(branch: Branch) -> Iterator[Finding]:
    """Files of `versions/` are added, never edited or removed; what is added is what was current until now."""
    current = {entry.id: entry.before for entry in branch.entries}
    moved = dict(_moved(branch))
    for change in branch.below("versions"):
        if change.kind is Kind.ADDED:
            yield from _added(change, moved.get(change.path, current.get(_id(change))))
        elif change.path not in moved.values():
            word = "edited" if change.kind is Kind.EDITED else "removed"
            message = f"a published version was {word}"
            hint = f"restore it: `git checkout {branch.base[:12]} -- {change.path}`; {_WITHDRAW}"
            yield change.finding(Verdict.FAIL, "published-version", message, hint)


def _added(change: Change, before: Source | str | None) -> Iterator[Finding]:
    after = change.after
    if after is None or isinstance(before, str):
        return
    if before is None or before.text("version") != after.text("version"):
        message = f"{quoted(after.text('version'))} was not the current version, so nothing tells that it was published"
        yield change.finding(Verdict.REVIEW, "unpublished-version", message, "a maintainer decides")
    elif _content(before) != _content(after):
        message = f"this is not what was published as {quoted(after.text('version'))}"
        hint = "copy the entry as it was before your change, with nothing added"
        yield change.finding(Verdict.FAIL, "published-version", message, hint)


def _moved(branch: Branch) -> Iterator[tuple[str, str]]:
    """Of servers that were renamed, the versions that moved along unchanged: new path -> old path."""
    renamed = branch.registry.lists.lists.renamed
    gone = {change.inside[1:]: change for change in branch.below("versions") if change.kind is Kind.REMOVED}
    for (old, *rest), change in gone.items():
        new = next((one for one in branch.below("versions") if one.inside[1:] == (renamed.get(old), *rest)), None)
        if new and new.after and change.before and _but_id(new.after) == _but_id(change.before):
            yield new.path, change.path


def _id(change: Change) -> str:
    return change.inside[1]


def _but_id(source: Source) -> dict[str, Any]:
    return {**_content(source), "id": ""}


def _content(source: Source) -> dict[str, Any]:
    """What the entry says; the hash of its description may be added, since the compiler published it too."""
    document = dict(source.loaded.document)
    if isinstance(openapi := document.get("openapi"), dict):
        document["openapi"] = {key: value for key, value in openapi.items() if key != "sha256"}
    return document
