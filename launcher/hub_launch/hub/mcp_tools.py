"""The names of tools, and those that search tools, for the requests that are left to FastMCP."""

from collections.abc import Sequence
from typing import Any

import mcp_types
from fastmcp.exceptions import ToolError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import Tool, ToolResult
from msgspec import Raw

from hub_launch.hub.desk import Desk
from hub_launch.hub.metatools import CALL, definitions, inner_call
from hub_launch.hub.methods import TOOL, Named
from hub_launch.hub.outcome import Refused
from hub_launch.run.messages import object_of, raw, text_of

Call = MiddlewareContext[mcp_types.CallToolRequestParams]


class ToolNames(Middleware):
    """Between clients, who know tools by the hub's names, and FastMCP, which calls every tool `<id>_<its own name>`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_list_tools(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Sequence[Tool]:
        """See Middleware."""
        tools: Sequence[Tool] = await call_next(context)
        if self._desk.searches:
            return [_tool(one) for one in definitions(self._desk.shelves())]
        names = {f"{shelf.server}_{one.own}": one.name for shelf in self._desk.shelves() for one in shelf.tools}
        return [tool.model_copy(update={"name": names[tool.name]}) for tool in tools if tool.name in names]

    async def on_call_tool(self, context: Call, call_next: CallNext[Any, Any]) -> Any:
        """See Middleware."""
        name = context.message.name
        if not self._desk.takes(name):
            return await call_next(self._with_own_name(context))
        params = {"name": raw(name), "arguments": raw(context.message.arguments or {})}
        try:
            if name != CALL:
                return _result(await self._desk.search.answer(name, params))
            inner = inner_call(params)
        except Refused as refused:
            raise ToolError(str(refused)) from refused
        changed = {"name": text_of(inner["name"]), "arguments": object_of(inner["arguments"])}
        message = context.message.model_copy(update=changed)
        return await call_next(self._with_own_name(context.copy(message=message)))

    def _with_own_name(self, context: Call) -> Call:
        server, rest = self._desk.find(Named(TOOL, context.message.name))
        own = self._desk.own_name(server, TOOL, rest) if server else None
        if server is None or own is None:
            return context
        message = context.message.model_copy(update={"name": f"{server.status.id}_{own}"})
        return context.copy(message=message)


def _tool(definition: Raw) -> Tool:
    words = mcp_types.Tool.model_validate_json(bytes(definition))
    return Tool(
        name=words.name, description=words.description, parameters=words.input_schema, annotations=words.annotations
    )


def _result(answer: Raw) -> ToolResult:
    words = object_of(answer) or {}
    texts = [mcp_types.TextContent(type="text", text=part["text"]) for part in words["content"]]
    return ToolResult(content=texts, structured_content=words.get("structuredContent"))
