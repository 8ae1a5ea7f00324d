"""A server that offers all of MCP, in both eras of the protocol: what the conformance suite and our matrix ask for.

    python fixture_server.py [--era both|legacy|modern] [--http]

Over standard input and output, or over HTTP at a free port, whose address it prints first. In one era alone it knows
nothing of the other, as servers do whose libraries are older or whose makers gave the older era up.
"""

import argparse
import asyncio
import socket
import sys
import warnings

import fixture_contents as contents
import fixture_tools as tools
import uvicorn
from fixture_events import Events
from fixture_state import COMPLETE, bus, state
from mcp import MCPDeprecationWarning, MCPError
from mcp.server.caching import CacheHint
from mcp.server.lowlevel.server import NotificationOptions, Server
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.server.runner import serve_loop
from mcp.server.stdio import stdio_server
from mcp.server.subscriptions import ListenHandler
from mcp_types import CompleteRequestParams, SetLevelRequestParams, SubscribeRequestParams, UnsubscribeRequestParams
from mcp_types.jsonrpc import INVALID_PARAMS, INVALID_REQUEST
from mcp_types.methods import CACHEABLE_METHODS
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

BOTH, LEGACY, MODERN = ERAS = ("both", "legacy", "modern")
INSTRUCTIONS = "Ask this server for anything that MCP knows of."
# Small enough that every list of tools has several pages.
PAGE = 10
# Of any process: another child of the same server has to recognise what this one gave out.
STATE_KEY = b"not a secret, since this is a test's server"
RETRY_MILLISECONDS = 100


class Fixture(Server):
    """Says of itself in the older era too that its lists may change."""

    def create_initialization_options(self, *_args, **_kwargs):
        return super().create_initialization_options(NotificationOptions(True, True, True))


def server(era):
    """The server, without a transport."""
    with warnings.catch_warnings():
        # Logging is on its way out of the protocol, and clients ask for it still.
        warnings.simplefilter("ignore", MCPDeprecationWarning)
        fixture = Fixture(
            "fixture",
            version="1.0.0",
            instructions=INSTRUCTIONS,
            cache_hints=dict.fromkeys(CACHEABLE_METHODS, CacheHint(ttl_ms=1000, scope="public")),
            get_tool_input_schema=tools.input_schema,
            on_list_tools=paged("tools", tools.definitions),
            on_call_tool=tools.call,
            on_list_resources=paged("resources", contents.resources),
            on_list_resource_templates=paged("resourceTemplates", contents.templates),
            on_read_resource=contents.read,
            on_list_prompts=paged("prompts", contents.prompts),
            on_get_prompt=contents.prompt,
            on_completion=complete,
            on_subscribe_resource=subscribe,
            on_unsubscribe_resource=unsubscribe,
            on_subscriptions_listen=ListenHandler(bus),
            on_set_logging_level=set_level,
        )
    security = RequestStateSecurity(keys=[STATE_KEY * 2])
    fixture.middleware += [only(era), RequestStateBoundary(security, default_audience="fixture")]
    return fixture


def paged(key, items):
    """A handler that gives a list in pages."""

    async def listed(_, params):
        cursor = (params.cursor if params else None) or "0"
        if not cursor.isdigit():
            raise MCPError(INVALID_PARAMS, "Invalid cursor")
        begin, whole = int(cursor), items()
        more = {"nextCursor": str(begin + PAGE)} if begin + PAGE < len(whole) else {}
        return {**COMPLETE, key: whole[begin : begin + PAGE], **more}

    return listed


def only(era):
    """A middleware that knows nothing of the other era."""

    async def check(ctx, call_next):
        spoken = MODERN if ctx.protocol_version in MODERN_PROTOCOL_VERSIONS else LEGACY
        if era not in (BOTH, spoken):
            raise MCPError(INVALID_REQUEST, "Unsupported protocol version")
        return await call_next(ctx)

    return check


async def complete(_, params: CompleteRequestParams):
    values = [word for word in ("paris", "park", "party") if word.startswith(params.argument.value)]
    # What was filled in already counts too.
    chosen = (params.context.arguments or {}) if params.context else {}
    return {
        **COMPLETE,
        "completion": {"values": [*values, *chosen.values()], "total": len(values) + len(chosen), "hasMore": False},
    }


async def subscribe(_, params: SubscribeRequestParams):
    state.subscribed.add(params.uri)
    return {}


async def unsubscribe(_, params: UnsubscribeRequestParams):
    state.subscribed.discard(params.uri)
    return {}


async def set_level(_, params: SetLevelRequestParams):
    state.level = params.level
    return {}


async def serve_stdio(era):
    fixture = server(era)
    async with stdio_server() as (read, write):
        if era == LEGACY:
            # As libraries did that had never heard of another era.
            async with fixture.lifespan(fixture) as lifespan:
                await serve_loop(fixture, read, write, lifespan_state=lifespan)
        else:
            await fixture.run(read, write, fixture.create_initialization_options())


async def serve_http(era):
    listener = socket.create_server(("127.0.0.1", 0))
    app = server(era).streamable_http_app(event_store=Events(), retry_interval=RETRY_MILLISECONDS)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", flush=True)
    config = uvicorn.Config(app, ws="none", log_level="warning", timeout_graceful_shutdown=1)
    await uvicorn.Server(config).serve([listener])


def main(words):
    """Serve until the client is gone. words: the arguments of the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--era", choices=ERAS, default=BOTH)
    parser.add_argument("--http", action="store_true")
    options = parser.parse_args(words)
    warnings.simplefilter("ignore", MCPDeprecationWarning)
    asyncio.run((serve_http if options.http else serve_stdio)(options.era))


if __name__ == "__main__":
    main(sys.argv[1:])
