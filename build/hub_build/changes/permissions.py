"""More permissions are more trust, and that is for a person to give."""

from collections.abc import Iterator

from hub_build.changes.branch import Branch
from hub_launch.catalog.entry import Permissions
from hub_launch.judge.findings import Finding, Verdict


def check(branch: Branch) -> Iterator[Finding]:
    """A server that may do other things than before is looked at."""
    for change in branch.entries:
        if change.entries is None:
            continue
        before, after = (entry.permissions or Permissions() for entry in change.entries)
        for key in ("network", "filesystem"):
            was, now = getattr(before, key), getattr(after, key)
            if was != now:
                message = f"`permissions.{key}` was {_words(was)} and is {_words(now)}"
                hint = "say in the pull request what the server needs it for"
                yield change.finding("permissions", Verdict.REVIEW, "permissions-changed", message, hint)


def _words(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)
