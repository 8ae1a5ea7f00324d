"""Who may change an entry without a second look: its maintainers, as the base names them."""

from collections.abc import Iterator

from hub_build.changes.branch import Branch, EntryChange, Kind
from hub_launch.judge.findings import Finding, Verdict, quoted


def check(branch: Branch) -> Iterator[Finding]:
    """A change by somebody else is reviewed, a new entry of somebody else's is, and so is a change of maintainers.

    The maintainers of the base decide: those of the branch are what its author wrote.
    """
    for change in branch.entries:
        yield from _maintainers(change)
        if branch.author:
            yield from _author(change, branch.author)


def _author(change: EntryChange, author: str) -> Iterator[Finding]:
    before, after = (source.entry if source else None for source in (change.before, change.after))
    if change.kind is Kind.ADDED and after and not _among(author, after.maintainers):
        message = f"{quoted(author)} publishes this, and is not among its `maintainers`"
        yield change.finding("maintainers", Verdict.REVIEW, "not-a-maintainer", message, "add yourself, or say why not")
    elif change.before and (before is None or not _among(author, before.maintainers)):
        message = f"{quoted(author)} is not among the maintainers of {quoted(change.id)}"
        hint = f"one of them decides: {', '.join(before.maintainers)}" if before else "a maintainer decides"
        yield change.finding("", Verdict.REVIEW, "not-a-maintainer", message, hint)


def _maintainers(change: EntryChange) -> Iterator[Finding]:
    if change.entries is None:
        return
    before, after = ({login.lower() for login in entry.maintainers} for entry in change.entries)
    for words, logins in (("joins", after - before), ("leaves", before - after)):
        for login in sorted(logins):
            message = f"{quoted(login)} {words} the maintainers of {quoted(change.id)}"
            yield change.finding("maintainers", Verdict.REVIEW, "maintainers-changed", message, "a person decides")


def _among(author: str, maintainers: tuple[str, ...]) -> bool:
    """GitHub's logins know no case."""
    return author.lower() in {login.lower() for login in maintainers}
