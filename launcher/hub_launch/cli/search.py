"""`hub-launch search`: find servers by words."""

import argparse

from hub_launch.cli.listing import print_found
from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.index.registries import BROWSE_SECONDS, Registries
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("words", nargs="+", help="words to look for; all must be found")
    add_registry(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print the servers that fit, best first. Exit 1 when none does."""
    registries = Registries.open(settings, BROWSE_SECONDS)
    found = registries.search(arguments.words)
    print_found(found, registries, arguments.format, terminal)
    if not found:
        terminal.note(f"nothing found for {' '.join(arguments.words)}; `hub-launch list` shows everything")
    return ExitCode.OK if found else ExitCode.FAILED
