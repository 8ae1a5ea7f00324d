"""`hub-build serve`: the built site on this machine, answered as a configured host answers."""

import argparse
import errno
import socket
from pathlib import Path

from hub_build.cli.folders import registry_folder
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.registry import shown
from hub_launch.parsing import port

SUMMARY = "serve the built site on this machine, as nginx does with deploy/nginx.conf"
EXAMPLES: tuple[str, ...] = (
    "  hub-build serve                                  site/ at http://127.0.0.1:8000",
    "  hub-build serve --port 0                         at any free port",
)

HOST = "127.0.0.1"
PORT = 8000


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("folder", nargs="?", type=Path, help="the built site (default: site/ beside the registry)")
    parser.add_argument("--port", type=port, default=PORT, help="where to listen; 0 for any (default: %(default)s)")
    parser.set_defaults(registry=None)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C. Raises HubError if there is no site, or the port is taken (exit 5)."""
    # Here, so that other commands start without them.
    import uvicorn

    from hub_build.hosts.app import Site

    folder = arguments.folder or registry_folder(arguments).absolute().parent / "site"
    if not (folder / "index.json").is_file():
        raise HubError(f"{shown(folder)} is no built site", "build it first: hub-build site", ExitCode.REGISTRY)
    with _listen(arguments.port) as listener:
        print(f"{shown(folder)}: http://{HOST}:{listener.getsockname()[1]} (Ctrl-C ends it)", flush=True)
        config = uvicorn.Config(Site(folder), lifespan="off", ws="none", log_config=None, access_log=False)
        uvicorn.Server(config).run(sockets=[listener])
    return ExitCode.OK


def _listen(port: int) -> socket.socket:
    """A socket that only this machine can reach."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        # Before anybody is told the address.
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise HubError(f"cannot listen on port {port}: {error.strerror}", "", ExitCode.PORT) from error
        hint = f"choose another with --port {port + 1} (--port 0 finds a free one)"
        raise HubError(f"port {port} is in use", hint, ExitCode.PORT) from error
    return listener
