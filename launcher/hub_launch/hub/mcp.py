"""The hub's MCP servers: one with everything under `<id>_<name>`, and one for each server, as it is."""

from collections.abc import Mapping
from typing import Any

import mcp_types
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext

from hub_launch import __version__
from hub_launch.hub.changes import Changes
from hub_launch.hub.provider import ServerProvider
from hub_launch.run.state import Status
from hub_launch.run.supervisor import Server, Supervisor

# A client that asks for tools right after it started the hub gets those of servers that need this long; assistants
# wait for a minute, and many ask only once.
LIST_WAIT_SECONDS = 25


def tool_name(server: str, tool: str) -> str:
    """A tool's name among all servers' tools; unambiguous, since ids have no underscore."""
    return f"{server}_{tool}"


class Front:
    """All servers behind one. Speaks for those that cannot speak: starting, failed, stopped."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self.mcp = FastMCP(
            "mcp-hub",
            version=__version__,
            instructions=_instructions(supervisor),
            middleware=[_Explain(supervisor)],
            # Backends describe their schemas; rewriting them for all clients would cost every list.
            dereference_schemas=False,
        )
        for server in supervisor.servers.values():
            self.mcp.add_provider(ServerProvider(server), namespace=server.status.id)
        _set_schema_lookup(self.mcp, self._schema)
        Changes(self.mcp, supervisor)

    def _schema(self, name: str) -> Mapping[str, Any] | None:
        prefix, _, tool = name.partition("_")
        server = self._supervisor.servers.get(prefix)
        return server_schema(server, tool) if server else None


def single(server: Server) -> "FastMCP[Any]":
    """One server under its own names."""
    mcp: FastMCP[Any] = FastMCP(server.status.id, dereference_schemas=False)
    mcp.add_provider(ServerProvider(server))
    mcp.add_middleware(_Introduce(mcp, server))
    _set_schema_lookup(mcp, lambda name: server_schema(server, name))
    return mcp


def server_schema(server: Server, tool: str) -> Mapping[str, Any] | None:
    """The input schema of a server's tool, or None."""
    return next((one.input_schema for one in server.offer.tools if one.name == tool), None)


def _set_schema_lookup(mcp: "FastMCP[Any]", lookup: Any) -> None:
    """Give the protocol layer schemas by name. Without this it lists every server for every modern call.

    `_mcp_server` is FastMCP's own; a test fails when it moves.
    """
    mcp._mcp_server.get_tool_input_schema = lookup


class _Introduce(Middleware):
    """Passes a server's instructions on; they are known only once it has started."""

    def __init__(self, mcp: "FastMCP[Any]", server: Server) -> None:
        self._mcp = mcp
        self._server = server

    async def on_request(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        if self._mcp.instructions is None:
            self._mcp.instructions = self._server.offer.instructions
        return await call_next(context)


class _Explain(Middleware):
    """Waits for servers that are about to be there, and says why a tool is not."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    async def on_list_tools(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        return await self._when_settled(context, call_next)

    async def on_list_resources(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        return await self._when_settled(context, call_next)

    async def on_list_resource_templates(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        return await self._when_settled(context, call_next)

    async def on_list_prompts(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        return await self._when_settled(context, call_next)

    async def on_call_tool(
        self, context: MiddlewareContext[mcp_types.CallToolRequestParams], call_next: CallNext[Any, Any]
    ) -> Any:
        server = self._supervisor.servers.get(context.message.name.partition("_")[0])
        if server:
            await server.settled(self._supervisor.patience(LIST_WAIT_SECONDS))
        if server and not server.serving:
            raise ToolError(server.status.sentence())
        return await call_next(context)

    async def _when_settled(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        await self._supervisor.settled(self._supervisor.patience(LIST_WAIT_SECONDS))
        return await call_next(context)


def _instructions(supervisor: Supervisor) -> str:
    names = "; ".join(_introduction(status) for status in supervisor.statuses())
    return f"Tools of several servers, each named <server>_<tool>. Servers: {names}."


def _introduction(status: Status) -> str:
    return f"{status.id} ({status.title})" if status.title != status.id else status.id
