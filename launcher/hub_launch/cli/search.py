"""`hub-launch search`: find servers by words."""

import argparse

from hub_launch.cli.listing import print_rows
from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.index.registry import Registry
from hub_launch.index.search import search
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("words", nargs="+", help="words to look for; all must be found")
    add_registry(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print the servers that fit, best first. Exit 1 when none does."""
    registry = Registry.open(settings)
    found = search((row for row in registry.index.servers if row.status != "withdrawn"), arguments.words)
    print_rows(found, registry, arguments.format, terminal)
    if not found:
        terminal.note(f"nothing found for {' '.join(arguments.words)}; `hub-launch list` shows everything")
    return ExitCode.OK if found else ExitCode.FAILED
