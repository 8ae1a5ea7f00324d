"""One server, local or remote, as a client sees it: connect, and learn what it offers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mcp_types
from fastmcp.client.transports import ClientTransport, SSETransport, StreamableHttpTransport
from fastmcp.server.providers.proxy import ProxyClient
from mcp.shared.exceptions import MCPError

from hub_launch.plan import Launch, StdioLaunch
from hub_launch.run.process import Child
from hub_launch.run.relay import Relay
from hub_launch.run.stdio import ChildEvents, ChildTransport

# The first start of a package downloads it and all it needs.
START_SECONDS = 120
# Between a closed pipe and the end of its process.
EXIT_SECONDS = 2
# A tool may search, build or draw; an assistant waits about as long.
CALL_SECONDS = 120


@dataclass(frozen=True)
class Offer:
    """What a server offers, as it said when it was asked."""

    tools: tuple[mcp_types.Tool, ...] = ()
    resources: tuple[mcp_types.Resource, ...] = ()
    templates: tuple[mcp_types.ResourceTemplate, ...] = ()
    prompts: tuple[mcp_types.Prompt, ...] = ()
    instructions: str | None = None
    protocol_version: str | None = None
    server_info: mcp_types.Implementation | None = None
    capabilities: mcp_types.ServerCapabilities | None = None


class Backend:
    """The connection to one server. Requests share one child, or one address."""

    def __init__(self, launch: Launch, log: Path, events: ChildEvents, era: str | None = None) -> None:
        """Connect nothing yet. era: what an earlier connection found out, so that the server is not asked again."""
        self.launch = launch
        self.transport = _transport(launch, log, events)
        self._mode = era or "auto"

    @property
    def era(self) -> str | None:
        """`legacy`, or the version of the 2026 protocol that it speaks; None until that is known."""
        return None if self._mode == "auto" else self._mode

    @property
    def relay(self) -> Relay | None:
        """The way for requests as bytes to a local server that is up."""
        return self.transport.relay if isinstance(self.transport, ChildTransport) else None

    def client(self) -> "ProxyClient[ClientTransport]":
        """A client for one request.

        Its callbacks to the hub's own clients are off: with a child shared by all, one client would be asked for
        another's roots or samples. Progress is told per call and stays on.
        """
        return ProxyClient(
            self.transport,
            mode=self._mode,
            init_timeout=START_SECONDS,
            timeout=CALL_SECONDS,
            # The hub's own credentials are none of a backend's business.
            forward_incoming_headers=False,
            roots=None,
            sampling_handler=None,
            elicitation_handler=None,
            log_handler=None,
        )

    async def connect(self) -> Offer:
        """Start or reach the server and ask what it offers.

        Speaks the newest protocol that the server knows. A server that died of being asked for it is asked again
        the old way. Raises whatever the second try raised.
        """
        try:
            return await self._offer()
        except Exception:
            died = await self.died()
            if not died or self._mode != "auto":
                raise
        self._mode = "legacy"
        try:
            return await self._offer()
        except Exception:
            # Waited for, so that whoever explains the failure knows how the child ended.
            await self.died()
            raise

    async def close(self) -> None:
        """End the child, if there is one."""
        if isinstance(self.transport, ChildTransport):
            await self.transport.stop()
        else:
            await self.transport.close()  # type: ignore[no-untyped-call]  # FastMCP leaves it untyped

    @property
    def child(self) -> Child | None:
        """The child process of a local server, dead or alive."""
        return self.transport.child if isinstance(self.transport, ChildTransport) else None

    async def died(self) -> bool:
        """Whether the child is gone. A pipe closes a moment before its process ends: that moment is waited for."""
        return isinstance(self.transport, ChildTransport) and await self.transport.ended(EXIT_SECONDS)

    async def _offer(self) -> Offer:
        async with self.client() as client:
            # Later requests, and later children, need not find out again.
            modern = client.protocol_version is not None and client.initialize_result is None
            self._mode = client.protocol_version or "auto" if modern else "legacy"
            return Offer(
                tools=tuple(await _listed(client.list_tools)),
                resources=tuple(await _listed(client.list_resources)),
                templates=tuple(await _listed(client.list_resource_templates)),
                prompts=tuple(await _listed(client.list_prompts)),
                instructions=client.instructions,
                protocol_version=client.protocol_version,
                server_info=client.server_info,
                capabilities=client.server_capabilities,
            )


def _transport(launch: Launch, log: Path, events: ChildEvents) -> ClientTransport:
    if isinstance(launch, StdioLaunch):
        return ChildTransport(lambda: Child.spawn(launch, log), events)
    kind = SSETransport if launch.transport == "sse" else StreamableHttpTransport
    return kind(launch.url, headers=dict(launch.headers))


async def _listed(ask: Callable[[], Awaitable[list[Any]]]) -> list[Any]:
    try:
        return await ask()
    except MCPError as error:
        if error.error.code == mcp_types.METHOD_NOT_FOUND:
            return []
        raise
