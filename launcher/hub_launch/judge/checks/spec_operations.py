"""What an entry says about the operations of its API concerns operations that are there."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex

from hub_launch.catalog import OpenApi
from hub_launch.catalog.openapi import RouteMap
from hub_launch.judge.api import METHODS
from hub_launch.judge.checks.parts import did_you_mean, label
from hub_launch.judge.findings import Finding, Pointer, Verdict, quoted
from hub_launch.judge.load import Loaded
from hub_launch.judge.registry import Registry, Source

# Of an entry's patterns together. A thousand operations and twenty of them take a tenth; a hostile one takes years.
# Of the processor's time, as `regex` counts it, so that a busy machine finds nothing that another does not.
BUDGET_SECONDS = 0.5


def check(source: Source) -> Iterator[Finding]:
    """Every pattern is a regular expression."""
    api = source.entry.openapi if source.entry else None
    for number, rule in enumerate(api.route_maps or () if api else ()):
        if problem := _pattern_problem(rule.pattern or ""):
            place: Pointer = ("openapi", "routeMaps", number, "pattern")
            message = f"{label(place)}: {quoted(rule.pattern)} is no regular expression: {problem}"
            hint = "escape what is meant as it is with a backslash, or write `path` or `prefix`"
            yield source.loaded.finding(place, "route-pattern", message, hint)


def check_registry(registry: Registry) -> Iterator[Finding]:
    """Route maps and names concern operations of the description, where the registry has it."""
    operations: dict[str, tuple[_Operation, ...]] = {}
    in_order: set[tuple[str, str]] = set()
    for source in (*registry.sources, *registry.versions):
        # As it is remembered: the document is read again for the place of a finding alone.
        said = source.facts.api if source.facts.spec else ""
        spec = registry.specs.get(source.facts.spec) if said else None
        if not isinstance(spec, Loaded) or (source.facts.spec, said) in in_order:
            continue
        if source.facts.spec not in operations:
            operations[source.facts.spec] = tuple(_operations(spec.document))
        api = OpenApi.model_validate_json(said)
        found = [*_route_maps(source, api, operations[source.facts.spec])]
        found += _names(source, api, operations[source.facts.spec])
        yield from found
        if not found:
            in_order.add((source.facts.spec, said))


@dataclass(frozen=True, slots=True)
class _Operation:
    id: str
    method: str
    path: str
    tags: frozenset[str]


def _operations(document: Mapping[str, Any]) -> Iterator[_Operation]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            if isinstance(operation, dict):
                tags = operation.get("tags")
                words = (
                    frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset()
                )
                yield _Operation(str(operation.get("operationId") or ""), method.upper(), path, words)


def _route_maps(source: Source, api: OpenApi, operations: tuple[_Operation, ...]) -> Iterator[Finding]:
    left = list(operations)
    end = time.process_time() + BUDGET_SECONDS
    for number, rule in enumerate(api.route_maps or ()):
        place: Pointer = ("openapi", "routeMaps", number)
        if _pattern_problem(rule.pattern or ""):
            return  # which of the operations are left for the next one is not known
        try:
            decided = [one for one in left if _matches(rule, one, end)]
        except TimeoutError:
            message = f"{label((*place, 'pattern'))}: {quoted(rule.pattern)} takes too long to look for"
            hint = "write it without repetitions of repetitions, or write `path` or `prefix`"
            yield source.loaded.finding((*place, "pattern"), "route-pattern", message, hint)
            return
        if not decided:
            taken = any(_matches(rule, one, end) for one in operations)
            because = "an earlier one decides about all that it matches" if taken else "it matches none"
            message = f"{label(place)} decides about no operation: {because}"
            hint = "correct or remove it; paths are those of the description, without the base address"
            yield source.loaded.finding(place, "route-unused", message, hint, severity=Verdict.REVIEW)
        left = [one for one in left if one not in decided]


def _matches(rule: RouteMap, operation: _Operation, end: float) -> bool:
    """As the server's own process does. Raises TimeoutError."""
    if rule.methods and operation.method not in rule.methods:
        return False
    if not operation.tags.issuperset(rule.tags or ()):
        return False
    if rule.path is not None:
        return operation.path == rule.path
    if rule.prefix is not None:
        return operation.path.startswith(rule.prefix)
    left = max(0.001, end - time.process_time())
    return rule.pattern is None or regex.search(rule.pattern, operation.path, timeout=left) is not None


def _names(source: Source, api: OpenApi, operations: tuple[_Operation, ...]) -> Iterator[Finding]:
    known = dict.fromkeys(one.id for one in operations if one.id)
    for name in api.mcp_names or ():
        if name not in known:
            place: Pointer = ("openapi", "mcpNames", name)
            message = f"`openapi.mcpNames`: no operation has the operationId {quoted(name)}"
            hint = did_you_mean(name, known) or "name one of the description"
            yield source.loaded.finding(place, "operation-unknown", message, hint, key=True)


def _pattern_problem(pattern: str) -> str:
    """Why `pattern` is none, for Python and for the library that looks for it here; empty if it is one."""
    try:
        re.compile(pattern)
        regex.compile(pattern)
    except (re.error, regex.error, RecursionError, OverflowError) as error:
        return str(error)
    return ""
