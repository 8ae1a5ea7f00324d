"""Proofs of ownership: each a proof, in its place, of a server that is there."""

from collections.abc import Iterator

from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.proofs import ProofFile
from hub_launch.judge.registry import Registry, shown

_HINT = "`hub-build check --online --record registry/servers/<id>.yaml` writes it; remove what it does not write"


def check(registry: Registry) -> Iterator[Finding]:
    """`proofs/<id>.json` names the server of its file. Whether it covers the entry is asked when either changes."""
    ids = {source.text("id") for source in registry.sources}
    for file in registry.proofs.values():
        if file.proof is None:
            yield _finding(file, f"not a proof of ownership: {file.problem}")
        elif file.path.name != f"{file.proof.id}.json":
            message = f"`id`: {quoted(file.proof.id)} is not the name of the file, {quoted(file.path.name)}"
            yield _finding(file, message)
        elif not registry.unreadable and file.proof.id not in ids:
            yield _finding(file, f"{quoted(file.proof.id)} is no server")


def _finding(file: ProofFile, message: str) -> Finding:
    return Finding(shown(file.path), 1, None, "", Verdict.FAIL, "ownership-proof", message, _HINT)
