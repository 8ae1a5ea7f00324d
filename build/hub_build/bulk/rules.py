"""Which rules an entry was judged by: our own code, and whose it builds on."""

import functools
import hashlib
import sys
import unicodedata
from collections.abc import Iterator
from importlib.metadata import version as release
from pathlib import Path

import hub_build
import hub_launch.version

# Libraries that decide what is read and accepted.
_LIBRARIES = ("pydantic", "pydantic-core", "PyYAML")


@functools.cache
def rules_version() -> str:
    """A hash of all that findings depend on besides the files: it changes with the code, whatever its version says."""
    digest = hashlib.sha256()
    for part in _parts():
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _parts() -> Iterator[bytes]:
    yield f"{sys.version} {unicodedata.unidata_version}".encode()
    for library in _LIBRARIES:
        yield f"{library} {release(library)}".encode()
    for package in (hub_build, hub_launch):
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            yield path.relative_to(folder).as_posix().encode()
            yield path.read_bytes()
