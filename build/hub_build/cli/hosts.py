"""`hub-build hosts`: configurations of web servers for the site, from one table of rules."""

import argparse
from pathlib import Path

from hub_build.cli.folders import registry_folder
from hub_build.hosts import caddy, nginx
from hub_launch.errors import ExitCode
from hub_launch.judge.registry import shown

SUMMARY = "write the configurations of nginx and Caddy for the site"
EXAMPLES: tuple[str, ...] = (
    "  hub-build hosts                                  deploy/nginx.conf and deploy/Caddyfile",
    "  hub-build hosts --check                          are they what the rules say? writes nothing",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="where to write (default: deploy/)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    parser.set_defaults(registry=None)


def run(arguments: argparse.Namespace) -> int:
    """Write or compare. Returns 1 if a comparison finds a difference."""
    output = arguments.output or registry_folder(arguments).parent / "deploy"
    files = {"nginx.conf": nginx.config().encode(), "Caddyfile": caddy.config().encode()}
    stale = [name for name, data in files.items() if not _is(output / name, data)]
    if arguments.check:
        for name in stale:
            print(f"differs: {shown(output / name)}; `hub-build hosts` writes it")
        return ExitCode.FAILED if stale else ExitCode.OK
    output.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (output / name).write_bytes(files[name])
    print(f"{shown(output)}: {len(files)} configurations, {len(stale)} written")
    return ExitCode.OK


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
