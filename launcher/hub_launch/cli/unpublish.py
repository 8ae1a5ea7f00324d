"""`hub-launch unpublish`: forgets an entry of the user's own."""

import argparse

from hub_launch.cli.hubs import add_hub, find_hub
from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.hub.control.places import UNSUPPORTED
from hub_launch.judge.overlay import Overlay
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("id", metavar="ID", help="the entry's id")
    add_hub(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Remove its file, or have the running hub forget it. Raises HubError (exit 2) if there is none."""
    overlay = Overlay(settings.overlay_dir)
    # A hub may have it in memory, where it has another id than all that are in files.
    hub = None if arguments.id in overlay.names() or UNSUPPORTED else find_hub(arguments, settings)
    if hub:
        with hub:
            hub.ask("unpublish", server=arguments.id)
    else:
        overlay.remove(arguments.id)
    terminal.note(f"{arguments.id} is not published any more; a hub that runs it goes on until it ends")
    if arguments.format == "json":
        terminal.json({"id": arguments.id})
    return ExitCode.OK
