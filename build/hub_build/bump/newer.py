"""Whether upstream has a newer version of a server, asked of its package registry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub_build.upstream import UPSTREAMS, Missing, Release
from hub_launch.catalog import Entry, Lists
from hub_launch.catalog.package import Package
from hub_launch.errors import HubError
from hub_launch.judge.findings import Pointer


@dataclass(frozen=True, slots=True)
class Part:
    """A package of an entry, and where it stands in the document."""

    pointer: Pointer
    package: Package


@dataclass(frozen=True, slots=True)
class Newer:
    """A newer version: of the package that leads, and of each alternative that follows it.

    held: why it cannot be published as it is; empty if it can.
    """

    release: Release
    parts: Mapping[Pointer, Release]
    held: str = ""


def newer_version(entry: Entry, lists: Lists) -> Newer | None:
    """The version that `entry` should have, or None: it has it, or says that nobody is to look.

    Raises HubError where no answer can be had, and where the package is gone.
    """
    parts = _parts(entry)
    leading = _leading(entry, parts)
    if leading is None:
        return None
    package, upstream = leading.package, UPSTREAMS[leading.package.registry_type]
    release = upstream.release(package.identifier, None)
    if isinstance(release, Missing):
        raise HubError(
            f"{entry.id}: {release.reason}", "was it renamed or taken back? `registry/lists.yaml` can say so"
        )
    if release.version == package.version or not _is_later(package, release.version):
        return None
    followers, held = _followers(leading, parts, release)
    return Newer(release, {leading.pointer: release, **followers}, held or _held(entry, package, release, lists))


def _parts(entry: Entry) -> list[Part]:
    parts = [Part(("packages", number), package) for number, package in enumerate(entry.packages or ())]
    if entry.module and entry.module.package:
        parts.append(Part(("module", "package"), entry.module.package))
    return parts


def _leading(entry: Entry, parts: Sequence[Part]) -> Part | None:
    """The package whose version the entry follows: the first of the kind that `update` names."""
    kind = entry.update.from_ if entry.update else "none"
    return next((part for part in parts if part.package.registry_type == kind and kind in UPSTREAMS), None)


def _is_later(package: Package, version: str) -> bool:
    """By the registry's own order: npm's "latest" may well be older than what the entry has."""
    known = UPSTREAMS[package.registry_type].versions(package.identifier)
    if version not in known or package.version not in known:
        return True
    return known.index(version) < known.index(package.version)


def _followers(leading: Part, parts: Sequence[Part], release: Release) -> tuple[dict[Pointer, Release], str]:
    """The same version of the alternatives, and which of them lacks it."""
    found: dict[Pointer, Release] = {}
    for part in parts:
        package = part.package
        if part is leading or package.version != leading.package.version:
            continue
        upstream = UPSTREAMS.get(package.registry_type)
        other = upstream.release(package.identifier, release.version) if upstream else Missing("nobody here can look")
        if isinstance(other, Missing):
            return found, f"{package.registry_type}:{package.identifier} does not have it: {other.reason}"
        if package.integrity and not other.integrity:
            return found, _without_hash(package, other)
        found[part.pointer] = other
    return found, ""


def _held(entry: Entry, package: Package, release: Release, lists: Lists) -> str:
    if release.withdrawn:
        return f"upstream withdrew it: {release.withdrawn}"
    if yanked := lists.yanking(entry.id, release.version):
        return f"it is yanked in lists.yaml: {yanked.reason}"
    if entry.version != package.version:
        return f"the entry's version {entry.version} is not that of its package, {package.version}"
    return _without_hash(package, release) if package.integrity and not release.integrity else ""


def _without_hash(package: Package, release: Release) -> str:
    return f"{package.registry_type}:{package.identifier} {release.version} has no one file that serves every machine"
