"""Servers do not vanish: who uses one is told that it is gone, why, or what it is called now."""

from collections.abc import Iterator

from hub_build.changes.branch import Branch, EntryChange, Kind
from hub_launch.judge.findings import Finding, Verdict, quoted


def check(branch: Branch) -> Iterator[Finding]:
    """A removed entry is reviewed; one that came back under another id needs that id in the lists."""
    added = {
        change.after.text("name"): change.id
        for change in branch.entries
        if change.kind is Kind.ADDED and change.after
    }  # fmt: skip
    for change in branch.entries:
        if change.kind is not Kind.REMOVED:
            continue
        new = added.get(change.before.text("name")) if change.before else None
        if new:
            yield from _renamed(change, new, branch)
        else:
            message = f"{quoted(change.id)} is removed"
            hint = (
                f"keep the file, and list {change.id} in `withdrawn` of lists.yaml: launchers then say why it is gone"
            )
            yield change.finding("", Verdict.REVIEW, "removed-entry", message, hint)


def _renamed(change: EntryChange, new: str, branch: Branch) -> Iterator[Finding]:
    if branch.registry.lists.lists.current_id(change.id) == new:
        return
    message = f"{quoted(change.id)} is called {quoted(new)} now, and who types the old id finds nothing"
    yield change.finding(
        "", Verdict.FAIL, "renamed-entry", message, f"add `{change.id}: {new}` to `renamed` of lists.yaml"
    )
