"""Arguments that would become more than the one value that they are."""

from typing import Any

import mcp_types
from fastmcp.exceptions import ToolError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from fastmcp.utilities.openapi import HTTPRoute

_CONTROL = frozenset(map(chr, (*range(0x20), 0x7F)))
# What ends a cookie's value or begins another (RFC 6265, 4.1.1).
_NOT_IN_COOKIES = frozenset('";,\\ ')


class ArgumentCheck(Middleware):
    """Refuses arguments that could leave their place in a path, a header or a cookie, before a request is made.

    Elsewhere they are encoded, whatever they are.
    """

    def __init__(self) -> None:
        self._places: dict[str, dict[str, str]] = {}

    def learn(self, tool: str, route: HTTPRoute) -> None:
        """Where the arguments of a tool go."""
        self._places[tool] = {name: one["location"] for name, one in route.parameter_map.items()}

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """See Middleware. Raises ToolError."""
        places = self._places.get(context.message.name, {})
        for name, value in (context.message.arguments or {}).items():
            problem = _problem(places.get(name, ""), value)
            if problem:
                raise ToolError(f"{name} {problem}; nothing was sent")
        return await call_next(context)


def _problem(place: str, value: Any) -> str:
    if place not in ("path", "header", "cookie") or value is None:
        return ""
    letters = set(str(value))
    if place == "path" and not letters:
        # `/pets/` is another operation than `/pets/{id}`.
        return "must not be empty"
    if _CONTROL & letters:
        return "must not contain control characters"
    if place == "cookie" and _NOT_IN_COOKIES & letters:
        return "must not contain quotes, commas, semicolons, backslashes and spaces"
    return ""
