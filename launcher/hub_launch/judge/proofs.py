"""`registry/proofs/<id>.json`: what was found when a package was asked whose server's name it carries.

Asking needs the network, and compiling must give the same bytes on any machine; so who asks writes the answer down,
and the compiler reads it. Whoever changes an entry, or a proof, has it asked anew: a proof that is not true fails.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from hub_launch.catalog import Entry, Package
from hub_launch.catalog.base import Date, Id, Model, Name
from hub_launch.files import read_bounded

FOLDER = "proofs"
# A proof has three lines for each package; an entry has a handful.
MAX_BYTES = 16 * 1024

# Registries whose packages can say whose they are, by the official rules, and that we can ask.
PROVABLE = ("npm", "pypi")


class ProvenPackage(Model):
    """One package that carries the server's name."""

    registry_type: Literal["npm", "pypi"]
    """Where it is: npm has the name as `mcpName` in package.json, PyPI as `mcp-name:` in the README."""
    identifier: Annotated[str, Field(min_length=1, max_length=512)]
    """The package."""


class Proof(Model):
    """Who publishes a server's packages wants the server's name."""

    id: Id
    """The server."""
    name: Name
    """The name that the packages carry."""
    packages: Annotated[tuple[ProvenPackage, ...], Field(min_length=1)]
    """The packages that do."""
    date: Date
    """The day they were asked."""

    def covers(self, entry: Entry) -> bool:
        """Whether this proves `entry`: its name, and everything that it starts.

        An address proves nothing: who adds one to a proven entry may be anybody.
        """
        proven = {(one.registry_type, one.identifier) for one in self.packages}
        wanted = {(package.registry_type, package.identifier) for package in packages_of(entry)}
        others = entry.remotes or entry.openapi or entry.extensions
        return (self.id, self.name) == (entry.id, entry.name) and bool(wanted) and wanted <= proven and not others


@dataclass(frozen=True, slots=True)
class ProofFile:
    """One file of proofs/: the proof, or why it is none."""

    path: Path
    proof: Proof | None = None
    problem: str = ""


def packages_of(entry: Entry) -> tuple[Package, ...]:
    """Every package that starting `entry` may run."""
    of_module = entry.module.package if entry.module else None
    return (*(entry.packages or ()), *([of_module] if of_module else ()))


def read_proof(path: Path) -> ProofFile:
    """The proof in `path`."""
    try:
        return ProofFile(path, Proof.model_validate_json(read_bounded(path, MAX_BYTES)))
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in detail["loc"])
        return ProofFile(path, problem=f"{where}: {detail['msg']}" if where else detail["msg"])
    except (OSError, ValueError) as error:
        return ProofFile(path, problem=str(error))


def proof_bytes(proof: Proof) -> bytes:
    """`proof` as its file has it: indented, since people read changes of it."""
    return (json.dumps(proof.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n").encode()
