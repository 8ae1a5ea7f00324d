"""The checks: what every entry, and the registry as a whole, must keep to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from hub_build.checks import addresses, file_name, lists, official, reserved, schema, spec_file, unique
from hub_build.findings import Finding, in_order
from hub_build.registry import Registry, Source


@dataclass(frozen=True, slots=True)
class Check:
    """One check: of each entry that could be read, or of the whole registry. Yields findings, raises nothing."""

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
    Check("lists", registry=lists.check),
)


def run_checks(registry: Registry, only: frozenset[str] | None = None) -> list[Finding]:
    """All findings about `registry`, the loader's included, in order; `only` names the files of interest."""
    found = [*registry.unreadable, *_about_entries(registry, only), *_about_registry(registry)]
    return in_order(finding for finding in found if only is None or finding.file in only)


def _about_entries(registry: Registry, only: frozenset[str] | None) -> Iterator[Finding]:
    for source in registry.sources:
        if only is not None and source.loaded.file not in only:
            continue
        yield from source.loaded.findings
        for check in CHECKS:
            if check.entry:
                yield from check.entry(source)


def _about_registry(registry: Registry) -> Iterator[Finding]:
    for check in CHECKS:
        if check.registry:
            yield from check.registry(registry)
