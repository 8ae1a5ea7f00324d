"""mcp-hub of npm: one endpoint for all, of HTTP with server-sent events only, and an API of plain HTTP beside it."""

from collections.abc import Mapping
from pathlib import Path

from hubs import install
from hubs.backends import HERE, Servers
from hubs.clients import Client, SseClient
from hubs.contestants import LOOPBACK, Contestant, Plan, Rest, RestCall, mcp_json


def plan(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """See Contestant."""
    modules = install.npm(cache / "npm-mcp-hub-4.2.1", "mcp-hub@4.2.1")
    program = [install.node(), "--require", str(HERE / "loopback.cjs"), str(modules / "mcp-hub/dist/cli.js")]

    def clients(modern: bool) -> Mapping[str, Client]:
        del modern
        return dict.fromkeys(servers, SseClient(f"{LOOPBACK}:{port}/mcp"))

    return Plan(
        [*program, "--port", str(port), "--config", str(mcp_json(folder, servers))],
        clients,
        lambda server, tool: f"{server}__{tool}",
        {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")},
        f"{LOOPBACK}:{port}",
    )


def call(server: str, tool: str, arguments: Mapping[str, str]) -> RestCall:
    """See Rest."""
    return "/api/servers/tools", {"server_name": server, "tool": tool, "arguments": arguments}


PEER = Contestant("mcp-hub", plan, "mcp-hub 4.2.1 (npm)", modern=False, rest=Rest(call, "/api/servers"))
