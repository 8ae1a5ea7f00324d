"""OpenAPI documents in `registry/openapi/`: there, used, and such that tools can be made of them."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote

from hub_launch.judge.findings import Finding, Pointer, quoted
from hub_launch.judge.load import Loaded
from hub_launch.judge.registry import Registry, Source
from hub_launch.judge.spec import compile_spec

_VERSION = re.compile(r"3\.\d+\.\d+")


def check(registry: Registry) -> Iterator[Finding]:
    """Every `openapi.file` is there, and every document there is used, OpenAPI 3, and complete in itself."""
    users = [(name, one) for one in (*registry.sources, *registry.versions) if (name := one.facts.spec)]
    for name, source in users:
        yield from _check_reference(source, name, registry)
    wanted = {name for name, _ in users}
    for name, spec in registry.specs.items():
        if not isinstance(spec, Loaded):
            yield from spec
        # An entry that could not be read may well be the one that uses it.
        elif name not in wanted and not registry.unreadable:
            message = f"no entry has `openapi.file: {name}`"
            yield spec.finding((), "spec-unused", message, "remove the file, or name it in an entry")
        else:
            yield from spec.findings
            yield from _check_document(spec)


def _check_reference(source: Source, name: str, registry: Registry) -> Iterator[Finding]:
    spec = registry.specs.get(name)
    if spec is None:
        close = get_close_matches(name, registry.specs, 1)
        hint = f"did you mean {quoted(close[0])}?" if close else "add the file"
        message = f"`openapi.file`: {quoted(name)} is not in registry/openapi/"
        yield source.finding(("openapi", "file"), "spec-missing", message, hint)
        return
    given = source.facts.spec_sha256
    if given and isinstance(spec, Loaded) and given != compile_spec(spec).sha256:
        message = "`openapi.sha256` is not the hash of the document as it is published"
        hint = "remove the key: the compiler fills it in"
        yield source.finding(("openapi", "sha256"), "spec-hash", message, hint)


def _check_document(spec: Loaded) -> Iterator[Finding]:
    version, paths = spec.document.get("openapi"), spec.document.get("paths")
    if not (isinstance(version, str) and _VERSION.fullmatch(version)):
        told = "has no key `openapi`" if version is None else f"has `openapi: {version}`"
        message = f"the document {told}; it must be OpenAPI 3"
        yield spec.finding(
            ("openapi",), "spec-version", message, "write `openapi: 3.1.0`, or convert it from Swagger 2"
        )
    if not isinstance(paths, dict) or not paths:
        yield spec.finding(("paths",), "spec-paths", "`paths` has no path, so there is no tool", "describe operations")
    yield from _check_references(spec)


def _check_references(spec: Loaded) -> Iterator[Finding]:
    """`$ref`s stay inside the document, so that it needs no network and means the same tomorrow, and lead somewhere."""
    known: dict[str, bool] = {}
    for pointer, reference in _references(spec.document):
        if not reference.startswith("#"):
            message = f"`$ref: {reference}` leads out of the document"
            yield spec.finding(pointer, "spec-ref", message, "copy what it refers to below `components`")
            continue
        if reference not in known:
            known[reference] = _leads_somewhere(reference, spec.document)
        if not known[reference]:
            message, hint = f"`$ref: {reference}` leads nowhere", "correct the name, or add what it names"
            yield spec.finding(pointer, "spec-ref", message, hint)


def _references(document: Any) -> Iterator[tuple[Pointer, str]]:
    waiting: list[tuple[Pointer, Any]] = [((), document)]
    while waiting:
        pointer, value = waiting.pop()
        pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            if key == "$ref" and isinstance(inner, str):
                yield (*pointer, key), inner
            elif isinstance(inner, dict | list):
                waiting.append(((*pointer, key), inner))


def _leads_somewhere(reference: str, document: Any) -> bool:
    value = document
    for part in unquote(reference).removeprefix("#").split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return False
    return True
