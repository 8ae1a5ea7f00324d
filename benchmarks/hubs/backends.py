"""The servers that hubs are measured with, as the value of `mcpServers`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hubs import install
from hubs.memory import SERVER_MARK, own_environment

HERE = Path(__file__).parent / "servers"
NODE_SDK = "@modelcontextprotocol/sdk@1.32.2"

Servers = Mapping[str, Mapping[str, Any]]


def raw(count: int, **environ: str) -> dict[str, Mapping[str, Any]]:
    """Servers without a library, 0.05 ms a call."""
    return {f"s{number}": echo(**environ) for number in range(count)}


def echo(**environ: str) -> Mapping[str, Any]:
    """One of them."""
    return _python("-I", "-S", str(HERE / "echo.py"), **environ)


def sdk(count: int) -> dict[str, Mapping[str, Any]]:
    """Servers on the Python SDK."""
    return {f"s{number}": _python(str(HERE / "echo_sdk.py")) for number in range(count)}


def mixed(count: int, cache: Path) -> dict[str, Mapping[str, Any]]:
    """Servers on the Python SDK and on the TypeScript SDK in turn. Raises NotInstalled."""
    modules = install.npm(cache / f"npm-{NODE_SDK.rpartition('/')[2]}", NODE_SDK)
    node = _server(install.node(), str(HERE / "echo_node.mjs"), ECHO_NODE_MODULES=str(modules))
    return {name: node if number % 2 else one for number, (name, one) in enumerate(sdk(count).items())}


def hanging() -> Mapping[str, Any]:
    """A server that starts and never answers."""
    return echo(ECHO_HANGS="1")


def http_command(port: int) -> list[str]:
    """The command of a server on the Python SDK that serves HTTP."""
    return [sys.executable, str(HERE / "echo_sdk.py"), str(port)]


def environment(server: Mapping[str, Any]) -> dict[str, str]:
    """The environment to start a server in without a hub."""
    return own_environment(**server["env"])


def _python(*words: str, **environ: str) -> Mapping[str, Any]:
    return _server(sys.executable, *words, **environ)


def _server(command: str, *words: str, **environ: str) -> Mapping[str, Any]:
    return {"command": command, "args": list(words), "env": {SERVER_MARK: "1", **environ}}
