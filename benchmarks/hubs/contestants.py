"""Our hub and its peers: which versions, how they are started, where they listen, and what they call a tool.

To add a peer: a function that makes its `Plan`, and a line in PEERS.
"""

import json
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hubs import install
from hubs.backends import HERE, Servers
from hubs.clients import Client, HttpClient, SseClient

LOOPBACK = "http://127.0.0.1"


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


def ours(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """`hub-launch` as people run it; a folder that was used before has what an earlier run learnt."""
    del cache
    program = Path(sysconfig.get_path("scripts")) / "hub-launch"
    return Plan(
        [str(program), "--mcp-json", str(_mcp_json(folder, servers)), "--port", str(port), "--yes"],
        _one_endpoint(servers, f"{LOOPBACK}:{port}/mcp"),
        lambda server, tool: f"{server}_{tool}",
        {name: str(folder / "home" / name) for name in ("HUB_CACHE_DIR", "HUB_STATE_DIR", "HUB_CONFIG_DIR")},
        f"{LOOPBACK}:{port}",
    )


def fastmcp(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """What FastMCP's own documentation makes of several servers."""
    bin_ = install.pypi(cache / "pypi-fastmcp-4.1.2", "fastmcp==4.1.2")
    return Plan(
        [str(bin_ / "python"), str(HERE / "mounts.py"), str(_mcp_json(folder, servers)), str(port)],
        _one_endpoint(servers, f"{LOOPBACK}:{port}/mcp"),
        lambda server, tool: f"{server}_{tool}",
        {"FASTMCP_CHECK_FOR_UPDATES": "off"},
    )


def mcp_hub(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """Serves HTTP with server-sent events only."""
    modules = install.npm(cache / "npm-mcp-hub-4.2.1", "mcp-hub@4.2.1")
    program = [install.node(), "--require", str(HERE / "loopback.cjs"), str(modules / "mcp-hub/dist/cli.js")]

    def clients(modern: bool) -> Mapping[str, Client]:
        del modern
        return dict.fromkeys(servers, SseClient(f"{LOOPBACK}:{port}/mcp"))

    return Plan(
        [*program, "--port", str(port), "--config", str(_mcp_json(folder, servers))],
        clients,
        lambda server, tool: f"{server}__{tool}",
        {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")},
    )


def mcp_proxy(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """An endpoint for each server, and none for all."""
    bin_ = install.pypi(cache / "pypi-mcp-proxy-0.13.0", "mcp-proxy==0.13.0")
    configured = ["--named-server-config", str(_mcp_json(folder, servers)), "--log-level", "WARNING"]
    return Plan(
        [str(bin_ / "mcp-proxy"), "--host", "127.0.0.1", "--port", str(port), *configured],
        lambda _: {name: HttpClient(f"{LOOPBACK}:{port}/servers/{name}/mcp/") for name in servers},
        lambda _, tool: tool,
    )


OURS = Contestant("hub-launch", ours)
PEERS = (
    Contestant("mcp-hub", mcp_hub, "mcp-hub 4.2.1 (npm)", modern=False),
    Contestant("mcp-proxy", mcp_proxy, "mcp-proxy 0.13.0 (PyPI)", modern=False, remote=False),
    Contestant("FastMCP mounts", fastmcp, "fastmcp 4.1.2 (PyPI)"),
)


def _mcp_json(folder: Path, servers: Servers) -> Path:
    path = folder / "mcp.json"
    path.write_text(json.dumps({"mcpServers": servers}))
    return path


def _one_endpoint(servers: Servers, url: str) -> Callable[[bool], Mapping[str, Client]]:
    def clients(modern: bool) -> Mapping[str, Client]:
        return dict.fromkeys(servers, HttpClient(url, modern=modern))

    return clients
