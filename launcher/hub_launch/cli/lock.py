"""`hub-launch lock`: see what would run and agree to it, without starting it."""

import argparse

from hub_launch.cli.agree import agree
from hub_launch.cli.options import add_format, add_start
from hub_launch.cli.run import add_named, lock_meant, prepared_for
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.guard.lockfile import LockFile
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_named(parser)
    parser.add_argument("--reset", action="store_true", help="keep a broken lock aside, and be asked about all anew")
    add_start(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Pin the servers as they are in the registry now."""
    if arguments.reset:
        path = lock_meant(arguments, settings).lock_path
        aside = LockFile(path).reset()
        terminal.note(f"{path} is kept aside as {aside}" if aside else f"there was no {path}")
    if arguments.ids or not arguments.reset:
        prepared, settings = prepared_for(arguments, settings, terminal)
        prepared.require_some()
        agree(prepared, settings, terminal, arguments.argv, approved=arguments.yes)
        terminal.note(
            f"agreed to and written to {settings.lock_path}: {', '.join(one.id for one in prepared.launches)}"
        )
    if arguments.format == "json":
        settings = lock_meant(arguments, settings)
        lock = LockFile(settings.lock_path).read().model_dump(mode="json", exclude_none=True)
        terminal.json({"file": str(settings.lock_path), **lock})
    return ExitCode.OK
