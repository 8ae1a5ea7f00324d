"""Packages are names with an exact version: what a reviewer reads is what a runner fetches.

Package managers read much more than names: paths, addresses, aliases, ranges. Each would run something that is not
the package that everybody sees.
"""

import re
from collections.abc import Iterator

from hub_launch.catalog import Entry, Package
from hub_launch.judge.checks.identifiers import problem_with
from hub_launch.judge.checks.parts import label, packages_of
from hub_launch.judge.findings import Finding, Pointer, quoted
from hub_launch.judge.registry import Source

# What every reader of the registry takes for one exact version. npm reads `1` and `1.2` as ranges, and words as tags.
_SEMVER = r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?"
# PEP 440; the form without separators before `rc1` and the like is the one that PyPI shows.
_PEP_440 = r"(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?([-_.]?(post|rev|r)[-_.]?\d*)?" \
    r"([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?"  # fmt: skip
_NUGET = r"\d+\.\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?"
VERSIONS = {kind: re.compile(form) for kind, form in {"npm": _SEMVER, "pypi": _PEP_440, "nuget": _NUGET}.items()}

# How each registry states the hash of a file; the others state none.
INTEGRITY = {"npm": "sha512-", "pypi": "sha256-", "oci": "sha256:"}

# What an image does not have: its identifier says where it is, and its digest what it contains.
NOT_FOR_OCI = {"version": "version", "file_sha256": "fileSha256", "registry_base_url": "registryBaseUrl"}

# Modules without a package run in the launcher's own interpreter: only those that are made for it may.
OWN_MODULES = "hub_launch.servers."


def check(source: Source) -> Iterator[Finding]:
    """Each package is a plain name, an exact version and the right kind of hash; no two are the same."""
    if source.entry is None:
        return
    for at, package in packages_of(source.entry):
        yield from _identifier(source, at, package)
        yield from _version(source, at, package)
        yield from _hash(source, at, package)
    yield from _duplicates(source, source.entry)
    yield from _module(source, source.entry)


def _identifier(source: Source, at: Pointer, package: Package) -> Iterator[Finding]:
    problem = problem_with(package.registry_type, package.identifier)
    if problem:
        place = (*at, "identifier")
        message = f"{label(place)}: {quoted(package.identifier)} {problem.told}"
        yield source.loaded.finding(place, "package-identifier", message, problem.hint)


def _version(source: Source, at: Pointer, package: Package) -> Iterator[Finding]:
    form, place = VERSIONS.get(package.registry_type), (*at, "version")
    if form is None:
        return
    if package.version is None:
        message = f"{label(place)} is missing: without it a runner takes the newest"
        yield source.loaded.finding(place, "package-version", message, "add the exact version")
    elif not form.fullmatch(package.version):
        message = f"{label(place)}: {quoted(package.version)} is not one exact version of {package.registry_type}"
        yield source.loaded.finding(place, "package-version", message, "write it in full, such as 1.4.0")


def _hash(source: Source, at: Pointer, package: Package) -> Iterator[Finding]:
    kind = package.registry_type
    if package.integrity:
        yield from _integrity(source, at, package, package.integrity)
    if kind == "mcpb" and package.file_sha256 is None:
        message = f"{label((*at, 'fileSha256'))} is missing: the file behind an address can change"
        yield source.loaded.finding((*at, "fileSha256"), "package-hash", message, "add the SHA-256 of the bundle")
    for field, key in NOT_FOR_OCI.items():
        if kind == "oci" and getattr(package, field) is not None:
            message = f"{label((*at, key))} is not for images: the digest in `identifier` says it all"
            yield source.loaded.finding((*at, key), "package-key", message, "remove the key", key=True)


def _integrity(source: Source, at: Pointer, package: Package, integrity: str) -> Iterator[Finding]:
    kind, place = package.registry_type, (*at, "integrity")
    start = INTEGRITY.get(kind)
    if start is None:
        message = f"{label(place)}: {kind} packages have none"
        yield source.loaded.finding(place, "package-hash", message, "remove the key", key=True)
    elif not integrity.startswith(start):
        message = f"{label(place)}: {quoted(integrity)} is not of the kind that {kind} states"
        yield source.loaded.finding(place, "package-hash", message, f"write the one that begins with {start}")
    elif kind == "oci" and not package.identifier.endswith(f"@{integrity}"):
        message = f"{label(place)}: {quoted(integrity)} is not the digest in `identifier`"
        yield source.loaded.finding(place, "package-hash", message, "remove the key: the identifier has the digest")


def _duplicates(source: Source, entry: Entry) -> Iterator[Finding]:
    first: dict[tuple[str, ...], int] = {}
    for number, package in enumerate(entry.packages or ()):
        key = (package.registry_type, package.identifier.lower(), package.version or "", package.transport.type)
        before = first.setdefault(key, number)
        if before != number:
            message = f"{label(('packages', number))} is the same package as {label(('packages', before))}"
            yield source.loaded.finding(("packages", number), "package-duplicate", message, "keep one of the two")


def _module(source: Source, entry: Entry) -> Iterator[Finding]:
    module = entry.module
    if module is None:
        return
    if module.package is None and not module.path.startswith(OWN_MODULES):
        message = f"`module.path`: nothing says which package brings {quoted(module.path)}"
        yield source.loaded.finding(("module", "path"), "module-package", message, "add `package:` with its PyPI name")
    elif module.package and module.package.registry_type != "pypi":
        place = ("module", "package", "registryType")
        message = f"{label(place)}: {quoted(module.package.registry_type)} has no Python modules"
        yield source.loaded.finding(place, "module-package", message, "write pypi")
