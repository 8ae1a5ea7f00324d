"""What a branch changes, and what of it needs a person: rules about a before and an after, not about a state."""

from collections.abc import Callable, Iterable

from hub_build.changes import owners, permissions, proofs, published, releases, removed, scope
from hub_build.changes.branch import Branch, Change, EntryChange, Kind
from hub_build.changes.read import read_branch
from hub_launch.judge.findings import Finding, in_order

ChangeCheck = Callable[[Branch], Iterable[Finding]]

# To add a rule: a file beside this one, and a line here.
CHANGE_CHECKS: dict[str, ChangeCheck] = {
    "published": published.check,
    "releases": releases.check,
    "permissions": permissions.check,
    "owners": owners.check,
    "proofs": proofs.check,
    "removed": removed.check,
    "scope": scope.check,
}


def check_changes(branch: Branch) -> list[Finding]:
    """All findings about what `branch` changes, in order."""
    return in_order(finding for check in CHANGE_CHECKS.values() for finding in check(branch))


__all__ = ["CHANGE_CHECKS", "Branch", "Change", "ChangeCheck", "EntryChange", "Kind", "check_changes", "read_branch"]
