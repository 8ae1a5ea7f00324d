"""Which operation becomes what, and what its component is called, tagged and described as."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastmcp.server.providers.openapi import MCPType, RouteMap
from fastmcp.server.providers.openapi.components import OpenAPIResource, OpenAPIResourceTemplate, OpenAPITool
from fastmcp.utilities.openapi import HTTPRoute
from mcp_types import ToolAnnotations

from hub_launch.children.openapi.arguments import ArgumentCheck

Component = OpenAPITool | OpenAPIResource | OpenAPIResourceTemplate

# What a method promises (RFC 9110, 9.2).
_SAFE = frozenset(["GET", "HEAD", "OPTIONS"])
_IDEMPOTENT = _SAFE | {"PUT", "DELETE"}


class Components:
    """What the options say about components.

    route_maps: the entry's, as FastMCP wants them. Raises ValueError or KeyError for options that mean nothing.
    """

    def __init__(self, options: Mapping[str, Any], check: ArgumentCheck) -> None:
        self._rules: list[Mapping[str, Any]] = list(options.get("routeMaps") or ())
        self._prefix = str(options.get("descriptionPrefix") or "")
        self._names: Mapping[str, str] = options.get("mcpNames") or {}
        self._check = check
        self._met: set[int] = set()
        self._known: set[str] = set()
        self.route_maps = [_route_map(number, rule) for number, rule in enumerate(self._rules)]

    def observe(self, route: HTTPRoute, _: MCPType) -> None:
        """Take note of an operation; called for each."""
        self._met.update(number for number, _ in self._matching(route))
        self._known.add(route.operation_id or "")

    def finish(self, route: HTTPRoute, component: Component) -> None:
        """Add what FastMCP does not do by itself; called for each component that was made."""
        prefix = next((rule.get("descriptionPrefix") for _, rule in self._matching(route)), None) or self._prefix
        if prefix:
            component.description = f"{prefix.rstrip()} {component.description or ''}".rstrip()
        if isinstance(component, OpenAPITool):
            self._check.learn(component.name, route)
            component.annotations = ToolAnnotations(
                read_only_hint=route.method in _SAFE, idempotent_hint=route.method in _IDEMPOTENT, open_world_hint=True
            )

    def unused(self) -> Iterator[str]:
        """Options that concern none of the observed operations, in words for the log."""
        for number in range(len(self._rules)):
            if number not in self._met:
                yield f"routeMaps[{number}] decides about no operation"
        for name in self._names:
            if name not in self._known:
                yield f"mcpNames: no operation has the operationId {name!r}"

    def _matching(self, route: HTTPRoute) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The rule that decides about `route`, if there is one: as FastMCP does, the first that matches."""
        for number, one in enumerate(self.route_maps):
            methods_fit = one.methods == "*" or route.method in one.methods
            if methods_fit and re.search(one.pattern, route.path) and one.tags <= set(route.tags):
                yield number, self._rules[number]
                return


def _route_map(number: int, rule: Mapping[str, Any]) -> RouteMap:
    try:
        pattern = re.compile(_pattern(rule))
    except re.error as error:
        raise ValueError(f"routeMaps[{number}].pattern is not a regular expression: {error}") from error
    return RouteMap(
        methods=list(rule["methods"]) if rule.get("methods") else "*",
        pattern=pattern,
        tags=set(rule.get("tags") or ()),
        mcp_type=MCPType[rule["mcpType"]],
        mcp_tags=set(rule.get("mcpTags") or ()),
    )


def _pattern(rule: Mapping[str, Any]) -> str:
    if rule.get("path"):
        return rf"\A{re.escape(rule['path'])}\Z"
    return rf"\A{re.escape(rule['prefix'])}" if rule.get("prefix") else str(rule.get("pattern") or "")
