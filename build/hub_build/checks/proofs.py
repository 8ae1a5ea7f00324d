"""Proofs of ownership: each a proof, in its place, of a server that is there."""

from collections.abc import Iterator

from hub_build.findings import Finding, Verdict, quoted
from hub_build.proofs import ProofFile
from hub_build.registry import Registry, shown

_HINT = "`hub-build check --online --record registry/servers/<id>.yaml` writes it; remove what it does not write"


def check(registry: Registry) -> Iterator[Finding]:
    """`proofs/<id>.json` names the server of its file; one that no longer covers its entry asks to be renewed."""
    entries = {source.entry.id: source.entry for source in registry.sources if source.entry}
    for file in registry.proofs:
        if file.proof is None:
            yield _finding(file, Verdict.FAIL, f"not a proof of ownership: {file.problem}")
        elif file.path.name != f"{file.proof.id}.json":
            message = f"`id`: {quoted(file.proof.id)} is not the name of the file, {quoted(file.path.name)}"
            yield _finding(file, Verdict.FAIL, message)
        elif entry := entries.get(file.proof.id):
            if not file.proof.covers(entry):
                message = f"the proof is of another name or of other packages than {quoted(entry.id)} has"
                yield _finding(file, Verdict.REVIEW, message)
        elif not registry.unreadable and file.proof.id not in {source.text("id") for source in registry.sources}:
            yield _finding(file, Verdict.FAIL, f"{quoted(file.proof.id)} is no server")


def _finding(file: ProofFile, severity: Verdict, message: str) -> Finding:
    return Finding(shown(file.path), 1, None, "", severity, "ownership-proof", message, _HINT)
