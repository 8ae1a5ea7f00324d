"""The checks: what every entry, and the registry as a whole, must keep to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from hub_launch.judge.checks import (
    addresses,
    arguments,
    beyond,
    complete,
    confusable,
    credentials,
    defaults,
    environment,
    file_name,
    injection,
    letters,
    license,
    links,
    lists,
    network,
    official,
    packages,
    profiles,
    proofs,
    recorded,
    reserved,
    schema,
    secrets,
    services,
    spec_file,
    spec_operations,
    spec_servers,
    text,
    unique,
    urls,
    variables,
    versions,
)
from hub_launch.judge.findings import Finding, in_order
from hub_launch.judge.registry import Registry, Source


@dataclass(frozen=True, slots=True)
class Check:
    """One check: of each entry that could be read, or of the whole registry. Yields findings, raises nothing.

    entry: says the same for the same file name and bytes, for what it says is remembered. registry: asked in every run,
    and linear in the number of entries; what it asks of `Source.facts` needs no file to be read.
    """

    name: str
    entry: Callable[[Source], Iterable[Finding]] | None = None
    registry: Callable[[Registry], Iterable[Finding]] | None = None


# To add a check: a file beside this one, a line here, an example in tests/examples/valid and invalid.
CHECKS = (
    Check("schema", entry=schema.check),
    Check("file_name", entry=file_name.check, registry=file_name.check_folder),
    Check("reserved", entry=reserved.check),
    Check("official", entry=official.check),
    Check("unique", registry=unique.check),
    Check("addresses", registry=addresses.check),
    Check("spec_file", registry=spec_file.check),
    Check("spec_operations", entry=spec_operations.check, registry=spec_operations.check_registry),
    Check("lists", registry=lists.check),
    Check("packages", entry=packages.check),
    Check("arguments", entry=arguments.check),
    Check("environment", entry=environment.check),
    Check("variables", entry=variables.check),
    Check("defaults", entry=defaults.check),
    Check("urls", entry=urls.check, registry=urls.check_registry),
    Check("links", entry=links.check),
    Check("spec_servers", registry=spec_servers.check),
    Check("text", entry=text.check),
    Check("injection", entry=injection.check),
    Check("letters", entry=letters.check),
    Check("secrets", entry=secrets.check),
    Check("credentials", entry=credentials.check),
    Check("confusable", registry=confusable.check),
    Check("license", entry=license.check),
    Check("network", entry=network.check),
    Check("services", entry=services.check),
    Check("beyond", entry=beyond.check),
    Check("complete", entry=complete.check),
    Check("versions", registry=versions.check),
    Check("profiles", registry=profiles.check),
    Check("proofs", registry=proofs.check),
    Check("recorded", registry=recorded.check),
)


def run_checks(registry: Registry, only: frozenset[str] | None = None) -> list[Finding]:
    """All findings about `registry`, the loader's included, in order; `only` names the files of interest."""
    if only is not None:
        # Reading those of all the others takes longer than everything else about one entry.
        records = [
            tuple(one for one in files if one.file in only) for files in (registry.recorded, registry.earlier_records)
        ]
        registry = replace(registry, recorded=records[0], earlier_records=records[1])
    found = [*registry.unreadable, *_about_entries(registry, only), *_about_registry(registry)]
    return in_order(finding for finding in found if only is None or finding.file in only)


def _about_entries(registry: Registry, only: frozenset[str] | None) -> Iterator[Finding]:
    for source in registry.sources:
        if only is None or source.file in only:
            yield from findings_about(source) if source.judged is None else source.judged


def findings_about(source: Source) -> list[Finding]:
    """What the loader and the checks of single entries say about `source`."""
    found = [finding for check in CHECKS if check.entry for finding in check.entry(source)]
    # Of a value that the loader objects to, all else is said about a guess; the key is another matter.
    objected = {finding.pointer for finding in source.loaded.findings if finding.pointer}
    told = (finding for finding in found if finding.pointer not in objected or finding.rule == "unknown-key")
    return [*source.loaded.findings, *told]


def _about_registry(registry: Registry) -> Iterator[Finding]:
    for check in CHECKS:
        if check.registry:
            yield from check.registry(registry)
