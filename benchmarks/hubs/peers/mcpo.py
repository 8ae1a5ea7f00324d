"""mcpo of PyPI: makes an API of plain HTTP of servers, and speaks no MCP itself."""

from collections.abc import Mapping
from pathlib import Path

from hubs import install
from hubs.backends import Servers
from hubs.contestants import LOOPBACK, Contestant, Plan, Rest, RestCall, mcp_json


def plan(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """See Contestant."""
    # It names no newest versions of what it is made with, and the newest of both are none that it can be used with.
    bin_ = install.pypi(cache / "pypi-mcpo-0.0.20-of-its-day", "mcpo==0.0.20", "mcp<2", "fastapi<0.130")
    command = [str(bin_ / "mcpo"), "--host", "127.0.0.1", "--port", str(port), "--log-level", "WARNING"]
    configured = ["--config", str(mcp_json(folder, servers))]
    return Plan([*command, *configured], lambda _: {}, lambda _, tool: tool, address=f"{LOOPBACK}:{port}")


def call(server: str, tool: str, arguments: Mapping[str, str]) -> RestCall:
    """See Rest."""
    return f"/{server}/{tool}", arguments


PEER = Contestant("mcpo", plan, "mcpo 0.0.20 (PyPI)", modern=False, mcp=False, rest=Rest(call, "/openapi.json"))
