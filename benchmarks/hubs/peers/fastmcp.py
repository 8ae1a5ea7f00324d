"""What FastMCP's own documentation makes of several servers: a server that mounts a proxy of each."""

from pathlib import Path

from hubs import install
from hubs.backends import HERE, Servers
from hubs.contestants import Contestant, Plan, mcp_json, one_endpoint


def plan(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """See Contestant."""
    bin_ = install.pypi(cache / "pypi-fastmcp-4.1.2", "fastmcp==4.1.2")
    return Plan(
        [str(bin_ / "python"), str(HERE / "mounts.py"), str(mcp_json(folder, servers)), str(port)],
        one_endpoint(servers, port),
        lambda server, tool: f"{server}_{tool}",
        {"FASTMCP_CHECK_FOR_UPDATES": "off"},
    )


PEER = Contestant("FastMCP mounts", plan, "fastmcp 4.1.2 (PyPI)")
