"""`hub-launch diff` and `approve`: tools of a server that are not those that were agreed to."""

import argparse
from typing import TYPE_CHECKING

from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.guard.approval import Seal
from hub_launch.guard.lockfile import LockFile
from hub_launch.guard.tools import ToolPins, shown_changes
from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.run.means import Judge


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("id", help="the server")
    parser.add_argument("-y", "--yes", action="store_true", help="agree to what is shown (`approve`)")


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Show the difference; `approve` asks, and agrees."""
    pins = tool_pins(settings)
    name = arguments.id
    seen = pins.seen(name)
    for abilities, tools in seen.items():
        if abilities:
            terminal.print(f"to clients that can {abilities.replace(',', ', ')}:")
        for line in shown_changes(pins.agreed(name, abilities), tools):
            terminal.print(line)
    if arguments.command == "diff":
        terminal.note(f"to agree to these tools: `hub-launch approve {name}`")
        return ExitCode.OK
    _ask(name, arguments, terminal)
    pins.approve(name, seen)
    terminal.note(f"{name} may have these tools; a hub that runs takes them with `hub-launch restart {name}`")
    return ExitCode.OK


def tool_pins(settings: Settings) -> ToolPins:
    """The pinned tools of this user."""
    return ToolPins(LockFile(settings.lock_path), Seal.of_user(settings.seal_path), settings.pinned_dir)


def tools_judge(settings: Settings) -> "Judge":
    """Refuses tools that are not those that were agreed to."""
    pins = tool_pins(settings)
    return lambda server, offer, abilities: pins.refusal(server, [tool.words() for tool in offer.tools], abilities)


def _ask(name: str, arguments: argparse.Namespace, terminal: Terminal) -> None:
    if arguments.yes:
        return
    terminal.require_yes(
        f"May {name} have these tools? [y/N] ",
        nobody="Nobody is there to agree to these tools",
        hint=f"`hub-launch approve {name} --yes`",
        refused="Nothing was agreed to",
    )
