"""Proofs of ownership: what is written down is true, and what was found is written down."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hub_build.online.asked import AskedPackage
from hub_build.online.ownership import is_proven
from hub_launch.catalog import Entry
from hub_launch.errors import HubError
from hub_launch.files import write_atomic
from hub_launch.judge.findings import Finding, Verdict
from hub_launch.judge.proofs import FOLDER, PROVABLE, Proof, ProvenPackage, proof_bytes
from hub_launch.judge.registry import Registry, Source, shown


def check(source: Source, entry: Entry, asked: Sequence[AskedPackage], registry: Registry) -> Iterator[Finding]:
    """A proof that its packages do not bear out fails: a badge is worth what it can be forged for."""
    if registry.proof_of(entry) and _known(asked) and not all(map(is_proven, asked)):
        file = registry.proofs[entry.id]
        message = "the packages do not say what this proof says they do"
        hint = f"remove the file; what {source.file} is asked shows what they say"
        yield Finding(shown(file.path), 1, None, "", Verdict.FAIL, "ownership-proof", message, hint)


def write(folder: Path, entry: Entry, asked: Sequence[AskedPackage], registry: Registry, today: str) -> None:
    """Bring `proofs/<id>.json` in line with what the packages say; leave it alone where they could not be asked."""
    path = folder / FOLDER / f"{entry.id}.json"
    proof = proof_of(entry, asked, today)
    if proof is None:
        if _known(asked):
            path.unlink(missing_ok=True)
    elif registry.proof_of(entry) is None:
        # One that holds is kept with its date: a file that changes every night says nothing.
        write_atomic(path, proof_bytes(proof))


def proof_of(entry: Entry, asked: Sequence[AskedPackage], today: str) -> Proof | None:
    """The proof that the answers are, if they prove all that the entry starts."""
    packages = tuple(
        ProvenPackage.model_validate({"registryType": kind, "identifier": one.package.identifier})
        for one in asked
        if is_proven(one) and (kind := one.package.registry_type) in PROVABLE
    )
    if not packages:
        return None
    proof = Proof(id=entry.id, name=entry.name, packages=packages, date=today)
    return proof if proof.covers(entry) else None


def _known(asked: Sequence[AskedPackage]) -> bool:
    return not any(isinstance(one.answer, HubError) for one in asked)
