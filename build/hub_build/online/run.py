"""Ask about every package and address of the entries at hand, a few at a time, and judge the answers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from hub_build.online import ownership, published, records
from hub_build.online.asked import AskedPackage
from hub_build.online.remotes import answers
from hub_build.upstream import UPSTREAMS, Missing, Release, each
from hub_launch.catalog import Entry, Package, Remote
from hub_launch.errors import HubError
from hub_launch.judge.findings import Finding, Verdict, in_order
from hub_launch.judge.registry import Registry, Source

# To add a check of what a package's registry says: a file beside this one, and a line here.
PACKAGE_CHECKS: tuple[Callable[[AskedPackage], Iterable[Finding]], ...] = (published.check, ownership.check)


def ask_online(
    registry: Registry, findings: Iterable[Finding], only: frozenset[str] | None, today: str, record: Path | None = None
) -> list[Finding]:
    """`findings`, and what the network adds to them, in order.

    only: the files of interest; all when absent. Entries that fail already are not asked about: what cannot be
    published is no reason to run clients with a stranger's words. today: `2026-11-21`. record: the registry's folder,
    to write proofs of ownership there.
    """
    offline = list(findings)
    failed = {finding.file for finding in offline if finding.severity is Verdict.FAIL}
    sources = [
        source
        for source in registry.sources
        if source.file not in failed and (only is None or source.file in only) and source.entry
    ]
    asked = _ask_packages(sources)
    by_id: defaultdict[str, list[AskedPackage]] = defaultdict(list)
    for one in asked:
        by_id[one.entry.id].append(one)
    found = [finding for one in asked for check in PACKAGE_CHECKS for finding in check(one)]
    found += _ask_remotes(sources)
    for source in sources:
        if source.entry:
            found += records.check(source, source.entry, by_id[source.entry.id], registry)
            if record:
                records.write(record, source.entry, by_id[source.entry.id], registry, today)
    return in_order([*offline, *found])


def release_of(package: Package) -> Release | Missing:
    """What the registry of `package` says about it. Raises HubError where no answer can be had."""
    upstream = UPSTREAMS.get(package.registry_type)
    if upstream is None:
        raise HubError(f"there is no client here for {package.registry_type}", "a maintainer looks at it")
    if package.registry_base_url:
        raise HubError(f"it is on {package.registry_base_url}", "configure npm or uv for that registry, and look there")
    return upstream.release(package.identifier, package.version)


def _ask_packages(sources: Iterable[Source]) -> list[AskedPackage]:
    wanted = [(source, source.entry, *place) for source in sources if source.entry for place in _places(source.entry)]
    found = each(release_of, [package for *_, package in wanted])
    return [
        AskedPackage(source, entry, pointer, package, answer)
        for (source, entry, pointer, package), (_, answer) in zip(wanted, found, strict=True)
    ]


def _places(entry: Entry) -> Iterator[tuple[tuple[str | int, ...], Package]]:
    for number, package in enumerate(entry.packages or ()):
        yield ("packages", number), package
    if entry.module and entry.module.package:
        yield ("module", "package"), entry.module.package


def _ask_remotes(sources: Iterable[Source]) -> Iterator[Finding]:
    wanted = [
        (source, number, remote)
        for source in sources
        if source.entry
        for number, remote in enumerate(source.entry.remotes or ())
    ]
    for (source, number, _), (_, answer) in zip(wanted, each(_answers, [one[2] for one in wanted]), strict=True):
        if isinstance(answer, HubError):
            place = ("remotes", number, "url")
            message = f"the address could not be checked: {answer.message}"
            yield source.loaded.finding(
                place, "could-not-check", message, answer.hint or "try again later", severity=Verdict.REVIEW
            )


def _answers(remote: Remote) -> None:
    if "{" in remote.url:
        raise HubError("it has variables, whose values only a user knows", "a maintainer looks at it")
    answers(remote)
