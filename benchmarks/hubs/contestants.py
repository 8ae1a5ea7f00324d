"""What a hub is to the benchmarks: how it is started, where it listens, what it calls a tool. And ours; see `peers`."""

import json
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hubs.backends import Servers
from hubs.clients import Client, HttpClient

LOOPBACK = "http://127.0.0.1"

RestCall = tuple[str, Mapping[str, Any]]
"""The path and the body of a POST that calls a tool."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a hub is started with some servers."""

    command: list[str]
    clients: Callable[[bool], Mapping[str, Client]]
    """The client to reach each server with, new and not open; the argument: of the 2026-07-28 protocol."""
    tool: Callable[[str, str], str]
    """What the hub calls a server's tool."""
    environ: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    """Of the hub, without a path; for those who want more than `clients`."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A hub to measure."""

    name: str
    plan: Callable[[Path, Servers, Path, int], Plan]
    """Of a folder of the hub's own, the servers, the cache, and the port to listen on. Raises NotInstalled."""
    package: str = ""
    """What is installed, and where from; empty: nothing."""
    modern: bool = True
    """Whether clients of the 2026-07-28 protocol can use it."""
    remote: bool = True
    """Whether it takes servers by their address."""
    mcp: bool = True
    """Whether it speaks MCP."""
    rest: "Rest | None" = None
    """None: it has no API of plain HTTP."""


@dataclass(frozen=True, slots=True)
class Rest:
    """An API of plain HTTP."""

    call: Callable[[str, str, Mapping[str, str]], RestCall]
    """Of a server, its tool, and arguments."""
    servers: str
    """The path that says which servers there are."""


def plan(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """`hub-launch` as people run it; a folder that was used before has what an earlier run learnt."""
    del cache
    program = Path(sysconfig.get_path("scripts")) / "hub-launch"
    return Plan(
        [str(program), "--mcp-json", str(mcp_json(folder, servers)), "--port", str(port), "--yes"],
        one_endpoint(servers, port),
        lambda server, tool: f"{server}_{tool}",
        {name: str(folder / "home" / name) for name in ("HUB_CACHE_DIR", "HUB_STATE_DIR", "HUB_CONFIG_DIR")},
        f"{LOOPBACK}:{port}",
    )


def call(server: str, tool: str, arguments: Mapping[str, str]) -> RestCall:
    """See Rest."""
    return f"/api/services/{server}/call", {"tool": tool, "arguments": arguments}


OURS = Contestant("hub-launch", plan, rest=Rest(call, "/api/services"))


def mcp_json(folder: Path, servers: Servers) -> Path:
    """The servers as most hubs read them."""
    path = folder / "mcp.json"
    path.write_text(json.dumps({"mcpServers": servers}))
    return path


def one_endpoint(servers: Servers, port: int) -> Callable[[bool], Mapping[str, Client]]:
    """The same client for all servers, at /mcp."""

    def clients(modern: bool) -> Mapping[str, Client]:
        return dict.fromkeys(servers, HttpClient(f"{LOOPBACK}:{port}/mcp", modern=modern))

    return clients
