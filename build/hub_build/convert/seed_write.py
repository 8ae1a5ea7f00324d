"""Entries as a `servers.yaml`."""

import re
from collections.abc import Sequence
from typing import Any

from hub_build.convert.carried import Carried, unwritten
from hub_build.convert.commands import COMMAND_PARTS
from hub_build.convert.imported import Kind, Note
from hub_launch.catalog import Entry, OpenApi, Package

_CARRIED = Carried(
    "a servers.yaml has no place for it",
    frozenset(
        "name title description version license repository maintainers categories tags packages remotes openapi".split()
    ),
    {
        "repository": frozenset(["url", "source"]),
        "packages": COMMAND_PARTS,
        "remotes": frozenset(["type", "url"]),
        "openapi": frozenset(
            "url file baseUrl auth environmentVariables routeMaps mcpNames mcpTags descriptionPrefix "
            "timeoutSeconds retries".split()
        ),
    },
)


def write(entries: Sequence[Entry]) -> tuple[dict[str, Any], list[Note]]:
    """A list of servers; of several packages or addresses of an entry, the first."""
    servers: list[dict[str, Any]] = []
    notes: list[Note] = []
    for entry in entries:
        started = _started(entry)
        if started is None:
            notes.append(Note(Kind.REFUSED, entry.id, "", "a servers.yaml has no word for a Python module"))
            continue
        servers.append(_about(entry) | started)
        if started.get("version", entry.version) != entry.version:
            notes.append(Note(Kind.LOST, f"{entry.id}.version", entry.version, "the package's takes its place"))
        notes += unwritten(entry, _CARRIED, {_started_by(entry): [0]})
    return {"servers": servers}, notes


def _about(entry: Entry) -> dict[str, Any]:
    parts = {
        "name": entry.name,
        "title": entry.title,
        "description": entry.description,
        "version": entry.version,
        "license": entry.license,
        "repository": entry.repository.url if entry.repository else None,
        "maintainers": list(entry.maintainers),
        "categories": list(entry.categories),
        "tags": list(entry.tags or ()),
    }
    return {key: value for key, value in parts.items() if value}


def _started_by(entry: Entry) -> str:
    return "packages" if entry.packages else "openapi" if entry.openapi else "remotes"


def _started(entry: Entry) -> dict[str, Any] | None:
    if entry.packages:
        return _package(entry.packages[0])
    if entry.openapi:
        return {"type": "openapi", "openapi_config": _openapi(entry.openapi)}
    if entry.remotes:
        return {"type": entry.remotes[0].type, "url": entry.remotes[0].url}
    return None


def _package(package: Package) -> dict[str, Any]:
    given = package.model_dump(mode="json", exclude_unset=True)
    variables = [_described(one) for one in given.get("environmentVariables", ())]
    parts = {
        "registry_name": package.registry_type,
        "identifier": package.identifier,
        "version": package.version,
        "package_arguments": given.get("packageArguments"),
        "environment_variables": variables,
    }
    return {key: value for key, value in parts.items() if value}


def _described(variable: dict[str, Any]) -> dict[str, Any]:
    parts = {
        "name": variable["name"],
        "description": variable.get("description"),
        "default": variable.get("value", variable.get("default")),
        "required": variable.get("isRequired"),
        "secret": variable.get("isSecret"),
    }
    return {key: value for key, value in parts.items() if value}


def _openapi(openapi: OpenApi) -> dict[str, Any]:
    given = openapi.model_dump(mode="json", exclude_unset=True)
    routes = [_route(route) for route in given.get("routeMaps", ())]
    parts = {
        "url": given.get("url"),
        "file": given.get("file"),
        "base_url": openapi.base_url,
        "route_maps": routes,
        "mcp_names": given.get("mcpNames"),
        "mcp_tags": given.get("mcpTags"),
        "description_prefix": given.get("descriptionPrefix"),
        "auth_config": _auth(given.get("auth", {})),
        "timeout": openapi.timeout_seconds,
        "retries": openapi.retries,
    }
    return {key: value for key, value in parts.items() if value or value == 0}


def _route(route: dict[str, Any]) -> dict[str, Any]:
    """As a pattern in any case: a reader who knows no `path` would take the rule for one about everything."""
    for key, end in (("path", "$"), ("prefix", "")):
        if key in route:
            route = {**route, "pattern": f"^{re.escape(route[key])}{end}"}
    return {theirs: route[ours] for ours, theirs in _ROUTE_KEYS.items() if ours in route}


_ROUTE_KEYS = {
    "methods": "methods",
    "pattern": "pattern",
    "tags": "tags",
    "mcpType": "mcp_type",
    "mcpTags": "mcp_tags",
    "descriptionPrefix": "description_prefix",
}


def _auth(auth: dict[str, Any]) -> dict[str, Any]:
    kind = auth.get("type")
    if kind == "bearer":
        return {"type": "bearer", "token": f"${{{auth['variable']}}}"}
    if kind == "apiKey":
        return {"type": "api_key", "in": auth["in"], "name": auth["name"], "api_key": f"${{{auth['variable']}}}"}
    if kind == "basic":
        return {"type": "basic", **{key: f"${{{auth[key]}}}" for key in ("username", "password")}}
    if kind == "oauth2":
        asked = (("clientId", "client_id"), ("clientSecret", "client_secret"), ("refreshToken", "refresh_token"))
        said = (("tokenUrl", "token_url"), ("scopes", "scopes"), ("audience", "audience"),
                ("clientAuthentication", "client_authentication"))  # fmt: skip
        found = {"type": "oauth2", **{theirs: auth[ours] for ours, theirs in said if ours in auth}}
        return found | {theirs: f"${{{auth[ours]}}}" for ours, theirs in asked if ours in auth}
    return {}
