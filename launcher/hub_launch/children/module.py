"""`python module.py <module or file> [<object> [<arguments>]]`: a FastMCP server of a module, served over stdio.

Started by its path in an environment that has the publisher's package: imports nothing of the launcher.
"""

import asyncio
import difflib
import importlib
import inspect
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

# What people call the server object, as FastMCP's own command line has it, and the function that makes it.
OBJECTS = ("mcp", "server", "app")
FACTORIES = tuple(f"{verb}_{what}" for verb in ("create", "make", "build", "get") for what in ("server", "mcp", "app"))


class LoadError(Exception):
    """Why a module gives no server, in one line."""


def main(argv: list[str]) -> int:
    """Serve until standard input closes. Returns the exit code; a message on standard error says why."""
    if not argv:
        sys.stderr.write("usage: module.py <module or file> [<object> [<arguments>]]\n")
        return 2
    # What the server reads as its own command line.
    sys.argv = [argv[0], *argv[2:]]
    # Nothing but the server's own work should reach the network or the log.
    os.environ.setdefault("FASTMCP_CHECK_FOR_UPDATES", "off")
    os.environ.setdefault("FASTMCP_SHOW_SERVER_BANNER", "false")
    try:
        server = asyncio.run(_serve(argv[0], argv[1] if len(argv) > 1 else ""))
    except LoadError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if server is not None:
        server.run(transport="stdio")
    return 0


async def _serve(path: str, entrypoint: str) -> Any:
    """Load and serve in one event loop, since an async factory may tie its server to it; a server that can only be
    run outside of one is returned.
    """
    # Programs print while they are imported; standard output belongs to the protocol.
    protocol, sys.stdout = sys.stdout, sys.stderr
    try:
        server = await load_server(path, entrypoint)
    finally:
        sys.stdout = protocol
    if hasattr(server, "run_async"):
        await server.run_async("stdio")
    elif hasattr(server, "run_stdio_async"):
        await server.run_stdio_async()
    else:
        return server
    return None


async def load_server(path: str, entrypoint: str = "") -> Any:
    """The server that an object of the module or file `path` is, or that its function (sync or async) returns.

    entrypoint: the object's name; empty for the usual ones. Raises LoadError.
    """
    module = _imported(path)
    name = entrypoint or _usual_name(module)
    if not hasattr(module, name):
        close = difflib.get_close_matches(name, dir(module), 1)
        raise LoadError(f"{path} has no {name}" + (f"; did you mean {close[0]}?" if close else ""))
    found = getattr(module, name)
    if not _is_server(found) and callable(found):
        try:
            found = found()
            found = await found if inspect.isawaitable(found) else found
        except (Exception, SystemExit) as error:
            raise LoadError(f"{path}: {name} raised {_told(error)}") from error
    if not _is_server(found):
        raise LoadError(f"{path}: {name} is a {type(found).__name__}, not an MCP server")
    return found


def _imported(path: str) -> ModuleType:
    if path.endswith(".py"):
        # A file of the user's own, beside which it finds what it imports, as when Python starts it.
        file = Path(path).absolute()
        sys.path.insert(0, str(file.parent))
        path = file.stem
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if path == missing or path.startswith(f"{missing}."):
            raise LoadError(f"there is no module {path} in {sys.prefix}") from error
        raise LoadError(f"{path} needs the module {missing}, which is not installed") from error
    except (Exception, SystemExit) as error:
        raise LoadError(f"{path} cannot be imported: {_told(error)}") from error


def _usual_name(module: ModuleType) -> str:
    """The name of the server object, or of the function that makes it. Raises LoadError."""
    for name in OBJECTS:
        # `import mcp` makes a name too, and `app` is often a web application.
        found = getattr(module, name, None)
        if _is_server(found) or inspect.isfunction(found):
            return name
    for name in FACTORIES:
        if callable(getattr(module, name, None)):
            return name
    servers = [name for name, found in vars(module).items() if _is_server(found)]
    if len(servers) == 1:
        return servers[0]
    if servers:
        raise LoadError(f"{module.__name__} has several servers, {', '.join(servers)}; name one as entrypoint")
    usual = ", ".join([*OBJECTS, *FACTORIES])
    raise LoadError(f"{module.__name__} has no server under a usual name ({usual}); name it as entrypoint")


def _is_server(found: Any) -> bool:
    # Known by what it can do: the class of the publisher's FastMCP is not ours to import. Other applications run too.
    if isinstance(found, type | ModuleType):
        return False
    return callable(getattr(found, "run", None)) and any(hasattr(found, name) for name in ("list_tools", "get_tools"))


def _told(error: BaseException) -> str:
    """The last line of the error's traceback, and where in the server's own code it happened."""
    said = traceback.format_exception_only(error)[-1].strip()
    # What is below the import machinery and this file is the server's.
    frames = [one for one in traceback.extract_tb(error.__traceback__) if not one.filename.startswith("<frozen")]
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if len(frames) > 1 else ""
    return " ".join(said.split()) + where


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
