"""The servers that an OpenAPI document names are public, as the entry's own addresses are."""

from collections.abc import Iterator
from typing import Any

from hub_launch.judge.api import METHODS
from hub_launch.judge.checks import web
from hub_launch.judge.findings import Finding, Pointer, quoted
from hub_launch.judge.load import Loaded
from hub_launch.judge.registry import Registry

# Keys of a path item that are operations, which may have servers of their own.


def check(registry: Registry) -> Iterator[Finding]:
    """Every absolute server URL, of the document, its paths and its operations, with its defaults filled in."""
    for spec in registry.specs.values():
        if isinstance(spec, Loaded):
            for pointer, servers in _lists_of_servers(spec.document):
                yield from _check(spec, pointer, servers)


def _lists_of_servers(document: dict[str, Any]) -> Iterator[tuple[Pointer, list[Any]]]:
    yield ("servers",), _list(document)
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        yield ("paths", path, "servers"), _list(item)
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            yield ("paths", path, method, "servers"), _list(operation)


def _list(owner: Any) -> list[Any]:
    servers = owner.get("servers") if isinstance(owner, dict) else None
    return servers if isinstance(servers, list) else []


def _check(spec: Loaded, pointer: Pointer, servers: list[Any]) -> Iterator[Finding]:
    for number, server in enumerate(servers):
        url = server.get("url") if isinstance(server, dict) else None
        # A relative one is below the entry's own `baseUrl`.
        if not isinstance(url, str) or ("://" not in url and not url.startswith("//")):
            continue
        filled = web.put(url, _defaults(server.get("variables")))
        problem = web.problem_with(f"https:{filled}" if filled.startswith("//") else filled)
        if problem:
            message = f"the server {quoted(filled)} {problem.told}"
            hint = "remove it: requests go to the entry's `baseUrl`"
            yield spec.finding((*pointer, number, "url"), "spec-server", message, hint, severity=problem.severity)


def _defaults(variables: Any) -> dict[str, str]:
    if not isinstance(variables, dict):
        return {}
    defaults = {name: one.get("default") for name, one in variables.items() if isinstance(one, dict)}
    return {name: default for name, default in defaults.items() if isinstance(default, str)}
