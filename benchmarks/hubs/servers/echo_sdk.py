"""An MCP server on the official Python SDK: `echo_sdk.py` serves stdio, `echo_sdk.py PORT` streamable HTTP."""

import asyncio
import sys

import mcp_types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


async def list_tools(context, params):
    """The one tool."""
    del context, params
    return mcp_types.ListToolsResult(
        tools=[mcp_types.Tool(name="echo", description="Returns the text.", input_schema=SCHEMA)]
    )


async def call_tool(context, params):
    """The text that was sent."""
    del context
    text = (params.arguments or {}).get("text", "")
    return mcp_types.CallToolResult(content=[mcp_types.TextContent(type="text", text=text)])


async def serve_stdio(server: Server) -> None:
    """Answer until the input ends."""
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def serve_http(server: Server, port: int) -> None:
    """Answer on loopback until stopped."""
    import uvicorn

    uvicorn.run(server.streamable_http_app(), host="127.0.0.1", port=port, log_level="warning", access_log=False)


def main() -> None:
    """Serve as the command line says."""
    server = Server("echo", version="1", on_list_tools=list_tools, on_call_tool=call_tool)
    if len(sys.argv) > 1:
        serve_http(server, int(sys.argv[1]))
    else:
        asyncio.run(serve_stdio(server))


main()
