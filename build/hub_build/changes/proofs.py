"""A proof of ownership is of the entry as it is now; of another it is no proof, and the badge is gone."""

from collections.abc import Iterator

from hub_build.changes.branch import Branch
from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.registry import shown


def check(branch: Branch) -> Iterator[Finding]:
    """An entry that outgrew its proof is reviewed: its packages are asked anew, or the proof goes."""
    for change in branch.entries:
        file = branch.registry.proofs.get(change.id)
        after = change.after.entry if change.after else None
        if file and file.proof and after and not file.proof.covers(after):
            message = f"the proof is of another name or of other packages than {quoted(change.id)} has"
            hint = "`hub-build check --changed --online --record` asks its packages, and writes or removes the file"
            yield Finding(shown(file.path), 1, None, "", Verdict.REVIEW, "ownership-proof", message, hint)
