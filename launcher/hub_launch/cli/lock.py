"""`hub-launch lock`: see what would run and agree to it, without starting it."""

import argparse

from hub_launch.cli.agree import agree
from hub_launch.cli.options import add_start, parse_settings
from hub_launch.cli.prepare import prepare
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.lockfile import LockFile
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="servers of the registry, as id or id@version")
    parser.add_argument("--reset", action="store_true", help="keep a broken lock aside, and be asked about all anew")
    add_start(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Pin the servers as they are in the registry now."""
    if not arguments.ids and not arguments.reset:
        raise HubError("Nothing to lock", "name servers, e.g. `hub-launch lock time`", ExitCode.USAGE)
    if arguments.reset:
        aside = LockFile(settings.lock_path).reset()
        terminal.note(f"kept aside as {aside}" if aside else "there was no lock")
    if arguments.ids:
        prepared = prepare(arguments.ids, parse_settings(arguments.settings), settings, terminal)
        prepared.require_some()
        agree(prepared, settings, terminal, arguments.argv, approved=arguments.yes)
        terminal.note(
            f"agreed to and written to {settings.lock_path}: {', '.join(one.id for one in prepared.launches)}"
        )
    return ExitCode.OK
