"""mcp-proxy of PyPI: an endpoint for each server, and none for all."""

from pathlib import Path

from hubs import install
from hubs.backends import Servers
from hubs.clients import HttpClient
from hubs.contestants import LOOPBACK, Contestant, Plan, mcp_json


def plan(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """See Contestant."""
    bin_ = install.pypi(cache / "pypi-mcp-proxy-0.13.0", "mcp-proxy==0.13.0")
    configured = ["--named-server-config", str(mcp_json(folder, servers)), "--log-level", "WARNING"]
    return Plan(
        [str(bin_ / "mcp-proxy"), "--host", "127.0.0.1", "--port", str(port), *configured],
        lambda _: {name: HttpClient(f"{LOOPBACK}:{port}/servers/{name}/mcp/") for name in servers},
        lambda _, tool: tool,
    )


PEER = Contestant("mcp-proxy", plan, "mcp-proxy 0.13.0 (PyPI)", modern=False, remote=False)
