"""`hub-launch token`: a token that nobody guesses."""

import argparse
import secrets

from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.settings import Settings

# 256 bits, as a key has.
_TOKEN_BYTES = 32


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print a fresh one; it is kept nowhere."""
    # None begins with a dash, which would be taken for an option after --token.
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    while token.startswith("-"):
        token = secrets.token_urlsafe(_TOKEN_BYTES)
    if arguments.format == "json":
        terminal.json({"token": token})
    else:
        terminal.print(token)
    return ExitCode.OK
