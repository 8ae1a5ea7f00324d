"""A pull request about servers changes servers, and nothing that judges it."""

from collections.abc import Iterator, Sequence

from hub_build.changes.branch import Branch, Change
from hub_launch.judge.findings import Finding, Verdict, quoted

# What decides about a pull request, or runs where it is decided.
VALIDATOR = (
    ".ci/",
    ".github/",
    ".git",  # .gitattributes and .gitmodules too
    "build/",
    "launcher/",
    "schema/",
    "Makefile",
    "pyproject.toml",
    "uv.lock",
)  # fmt: skip

# Paths that a message names: enough to see what it is about.
MAX_NAMED = 10

_HINT = "if it is about something else, send it as a pull request of its own"


def check(branch: Branch) -> Iterator[Finding]:
    """What judges, what maintainers write, and what has nothing to do with the servers beside it: a person looks."""
    outside = [change for change in branch.changes if not change.inside]
    judges = [change for change in outside if change.path.startswith(VALIDATOR)]
    others = [change for change in outside if change not in judges]
    yield from _about(judges, "own-validator", "this changes what judges it")
    if branch.entries:
        yield from _about(others, "mixed-changes", "this changes files beside the servers")
    yield from _about(
        [change for change in branch.changes if change.inside == ("lists.yaml",)],
        "lists-changed",
        "this changes the lists, which every launcher obeys",
    )
    yield from _about(_foreign(branch), "unknown-file", "this is no file that the registry knows")


def _foreign(branch: Branch) -> list[Change]:
    known = ("servers", "versions", "recorded", "proofs", "openapi", "profiles", "lists.yaml")
    return [change for change in branch.changes if change.inside and change.inside[0] not in known]


def _about(changes: Sequence[Change], rule: str, message: str) -> Iterator[Finding]:
    if changes:
        paths = ", ".join(quoted(change.path) for change in changes[:MAX_NAMED])
        more = f" and {len(changes) - MAX_NAMED} more" if len(changes) > MAX_NAMED else ""
        yield changes[0].finding(Verdict.REVIEW, rule, f"{message}: {paths}{more}", _HINT)
