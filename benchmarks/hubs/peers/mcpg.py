"""mcpg, the Model Context Protocol Gateway: a compiled program that comes as a wheel."""

import json
from pathlib import Path
from typing import Any

from hubs import install
from hubs.backends import Servers
from hubs.contestants import Contestant, Plan, one_endpoint

VERSION = "0.1.0b74"
# Its defaults refuse everything that is here: programs of this machine, no TLS, loopback. And its limits of requests,
# of which one client's thousands would be refused.
_TRUSTED = {"allow_stdio": True, "allow_insecure_http": True, "allow_private_backends": True}
_UNLIMITED = {"anonymous_rate_limit_per_min": 10**8, "anonymous_rate_limit_burst": 10**7}


def plan(folder: Path, servers: Servers, cache: Path, port: int) -> Plan:
    """See Contestant."""
    requirement = f"model-context-protocol-gateway=={VERSION}"
    bin_ = install.pypi(cache / f"pypi-model-context-protocol-gateway-{VERSION}", requirement)
    config = folder / "mcpg.yaml"
    # JSON is YAML.
    config.write_text(json.dumps(_config(servers, port)))
    environ = {"MCPG_CONFIG": str(config), "HOME": str(folder)}
    # What its wheel has in bin/ is a program of Python that starts this one.
    (program,) = bin_.parent.glob("lib/*/site-packages/model_context_protocol_gateway/bin/mcpg")
    return Plan([str(program)], one_endpoint(servers, port), lambda server, tool: f"{server}_{tool}", environ)


def _config(servers: Servers, port: int) -> dict[str, Any]:
    listening = {"bind_address": f"127.0.0.1:{port}", "mcp_path": "/mcp", "health_path": "/health", **_UNLIMITED}
    logs = {"level": "warn", "sinks": [{"kind": "stderr", "config": {"format": "json"}}]}
    return {
        "gateway": {"server": listening},
        "cluster": {"kind": "single_node"},
        "mcp": {"federations": [_federation(name, server) for name, server in servers.items()]},
        "plugins": [],
        "observability": {"logs": logs},
    }


def _federation(name: str, server: Any) -> dict[str, Any]:
    if "url" in server:
        reached = {"transport": "streamable_http", "url": server["url"]}
    else:
        reached = {"transport": "stdio", **{key: server[key] for key in ("command", "args", "env")}}
    return {
        "name": name,
        "upstream": {"upstream_safety": _TRUSTED, **reached},
        "naming": {"tool_prefix": f"{name}_"},
        "governance": {"minimum_trust": "unauthenticated"},
    }


# Asked by newer clients it starts every server anew for every call, and does not end them.
PEER = Contestant("mcpg", plan, f"model-context-protocol-gateway {VERSION} (PyPI)", modern=False)
