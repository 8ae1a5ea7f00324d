"""Telling connected clients that the lists have changed: a server came up late, or is gone."""

import asyncio
import contextlib
import weakref
from typing import Any

import anyio
from fastmcp import FastMCP
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from mcp.server.connection import Connection
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    PromptsListChanged,
    ResourcesListChanged,
    ToolsListChanged,
)
from mcp_types import SubscriptionsListenRequestParams

from hub_launch.run.state import SERVING, Status
from hub_launch.run.supervisor import Supervisor

# Servers that come up together are one change: a client lists everything again for each.
_TOGETHER_SECONDS = 0.2
# A client that does not read is told nothing, and holds up nobody.
_SEND_SECONDS = 2.0


class Changes(Middleware):
    """Remembers who is connected. Clients of the 2026-07-28 protocol listen; older ones are sent notifications."""

    def __init__(self, mcp: "FastMCP[Any]", supervisor: Supervisor) -> None:
        self._bus = InMemorySubscriptionBus()
        self._connections: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._serving: frozenset[str] = frozenset()
        self._supervisor = supervisor
        self._telling: asyncio.Task[None] | None = None
        # `_mcp_server` is FastMCP's own; a test fails when it moves.
        mcp._mcp_server.add_request_handler(
            "subscriptions/listen", SubscriptionsListenRequestParams, ListenHandler(self._bus)
        )
        mcp.add_middleware(self)
        supervisor.subscribe(self._changed)

    async def on_initialize(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Remember a client of an older protocol; see Middleware."""
        result = await call_next(context)
        if context.fastmcp_context:
            self._connections.add(context.fastmcp_context.session._connection)
        return result

    def _changed(self, _: Status) -> None:
        serving = frozenset(status.id for status in self._supervisor.statuses() if status.state in SERVING)
        if serving != self._serving:
            self._serving = serving
            if self._telling is None or self._telling.done():
                self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(_TOGETHER_SECONDS)
        for event in (ToolsListChanged(), ResourcesListChanged(), PromptsListChanged()):
            await self._bus.publish(event)
        await asyncio.gather(*(_notify(connection) for connection in list(self._connections)))


async def _notify(connection: Connection) -> None:
    # A client that has gone, or reads no more, is no reason to fail.
    with contextlib.suppress(TimeoutError, anyio.BrokenResourceError, anyio.ClosedResourceError):
        async with asyncio.timeout(_SEND_SECONDS):
            await connection.send_tool_list_changed()
            await connection.send_resource_list_changed()
            await connection.send_prompt_list_changed()
