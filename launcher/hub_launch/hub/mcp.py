"""The hub's MCP servers: one with everything under `<id>_<name>`, and one for each server, as it is."""

from collections.abc import Mapping
from typing import Any

import mcp_types
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.server.transforms import Namespace

from hub_launch.hub.attempts import START_WAIT_SECONDS, why_gone
from hub_launch.hub.calls import no_server, no_such
from hub_launch.hub.desk import Desk, introductions
from hub_launch.hub.mcp_tools import ToolNames
from hub_launch.hub.methods import TOOL
from hub_launch.hub.naming import split_name
from hub_launch.hub.provider import ServerProvider
from hub_launch.hub.usage import usage
from hub_launch.run.server import Server
from hub_launch.run.supervisor import Supervisor
from hub_launch.version import __version__


class Front:
    """All servers behind one. Speaks for those that cannot speak: starting, failed, stopped."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._desk = Desk(supervisor.servers, prefixed=True)
        self.mcp = FastMCP(
            "mcp-hub",
            version=__version__,
            instructions=introductions(supervisor.statuses()),
            middleware=[ToolNames(self._desk), _Explain(supervisor, self._desk)],
            # Backends describe their schemas; rewriting them for all clients would cost every list.
            dereference_schemas=False,
        )
        self._provided: dict[Server, Any] = {}
        self._provide()
        supervisor.subscribe(lambda _: self._provide())
        _set_schema_lookup(self.mcp, self._schema)

    def _provide(self) -> None:
        """Have what every server offers that is in the hub now, and of no other."""
        servers = self._supervisor.servers.values()
        for gone in self._provided.keys() - set(servers):
            self.mcp.providers.remove(self._provided.pop(gone))
        for server in servers:
            if server not in self._provided:
                # As `add_provider` does it; but that keeps for ever what it once added while FastMCP serves.
                self._provided[server] = ServerProvider(server).wrap_transform(Namespace(server.status.id))
                self.mcp.providers.append(self._provided[server])
        told = introductions(self._supervisor.statuses(), searches=self._desk.searches)
        self.mcp.instructions = told + usage(servers)

    def _schema(self, name: str) -> Mapping[str, Any] | None:
        prefix, tool = split_name(name)
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


async def _called(server: Server, tool: str, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
    """The call's result. Raises ToolError that says which server, why not, and what to do."""
    if not server.serving:
        raise ToolError(server.status.sentence())
    names = [one.name for one in server.offer.tools]
    if tool not in names:
        raise ToolError(no_such(server, TOOL, tool, names, context.message.name.removesuffix(tool)))
    try:
        return await call_next(context)
    except Exception as error:
        if server.leader and server.leader.backend.link is None:
            raise ToolError(await why_gone(server.leader, error)) from error
        raise


class _Introduce(Middleware):
    """Speaks for one server: its instructions, which are known only once it has started, and why a call fails."""

    def __init__(self, mcp: "FastMCP[Any]", server: Server) -> None:
        self._mcp = mcp
        self._server = server

    async def on_request(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        if self._mcp.instructions is None:
            self._mcp.instructions = self._server.offer.instructions
        return await call_next(context)

    async def on_call_tool(
        self, context: MiddlewareContext[mcp_types.CallToolRequestParams], call_next: CallNext[Any, Any]
    ) -> Any:
        return await _called(self._server, context.message.name, context, call_next)


class _Explain(Middleware):
    """Waits for servers that are about to be there, and says why a tool is not."""

    def __init__(self, supervisor: Supervisor, desk: Desk) -> None:
        self._supervisor = supervisor
        self._desk = desk

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
        name, tool = split_name(context.message.name)
        server = self._supervisor.servers.get(name)
        if server is None:
            raise ToolError(no_server(name, self._supervisor.servers))
        if not server.serving:
            await server.wanted(START_WAIT_SECONDS)
        return await _called(server, tool, context, call_next)

    async def _when_settled(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        await self._desk.settled()
        return await call_next(context)
