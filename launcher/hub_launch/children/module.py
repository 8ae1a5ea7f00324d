"""`python module.py <module> [<object> [<arguments>]]`: a FastMCP server from a Python module, served over stdio.

Started by its path in an environment that has the publisher's package: imports nothing of the launcher.
"""

import importlib
import inspect
import os
import sys
from types import ModuleType
from typing import Any

# What people call the server object, and the function that makes it, in that order.
USUAL_NAMES = ("mcp", "server", "app", "create_server", "create_mcp", "build_server")


def main(argv: list[str]) -> int:
    """Serve until standard input closes. Returns the exit code; a message on standard error says why."""
    if not argv:
        sys.stderr.write("usage: module.py <module> [<object> [<arguments>]]\n")
        return 2
    # What the server reads as its own command line.
    sys.argv = [argv[0], *argv[2:]]
    # Nothing but the server's own work should reach the network or the log.
    os.environ.setdefault("FASTMCP_CHECK_FOR_UPDATES", "off")
    os.environ.setdefault("FASTMCP_SHOW_SERVER_BANNER", "false")
    # Programs print while they are imported; standard output belongs to the protocol.
    protocol, sys.stdout = sys.stdout, sys.stderr
    try:
        server = load_server(importlib.import_module(argv[0]), argv[1] if len(argv) > 1 else None)
    except (ImportError, AttributeError, TypeError) as error:
        sys.stderr.write(f"{argv[0]}: {error}\n")
        return 1
    finally:
        sys.stdout = protocol
    server.run(transport="stdio")
    return 0


def load_server(module: ModuleType, entrypoint: str | None) -> Any:
    """The server that the module's object is, or that its function (sync or async) returns.

    entrypoint: the object's name; empty or None for the usual ones.
    Raises AttributeError if there is none of that name, TypeError if what is there is no server.
    """
    name = entrypoint or next((name for name in USUAL_NAMES if hasattr(module, name)), None)
    if name is None:
        raise AttributeError(f"no server: none of {', '.join(USUAL_NAMES)} is there; name one as entrypoint")
    found = getattr(module, name)
    if not hasattr(found, "run") and callable(found):
        found = found()
    if inspect.isawaitable(found):
        found = _wait_for(found)
    if not hasattr(found, "run"):
        raise TypeError(f"{name} is a {type(found).__name__}, not an MCP server")
    return found


def _wait_for(awaitable: Any) -> Any:
    import asyncio

    async def wait() -> Any:
        return await awaitable

    return asyncio.run(wait())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
