"""`hub-launch diff` and `approve`: tools of a server that are not those that were agreed to."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hub_launch.cli.judging import tool_pins
from hub_launch.cli.options import add_format
from hub_launch.cli.run import add_config, lock_meant
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.tools import ToolPins, Tools, changes, shown_changes
from hub_launch.hub.control.client import HubGone, Line
from hub_launch.hub.control.places import UNSUPPORTED, sockets
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("id", help="the server")
    add_config(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="agree to what is shown (`approve`)")
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Show the difference; `approve` asks, and agrees."""
    name = arguments.id
    path, pins, seen = _seen(arguments, settings)
    if arguments.format == "json":
        terminal.json([_document(one, pins.agreed(name, one), tools) for one, tools in seen.items()])
    else:
        _print(name, pins, seen, terminal)
    if arguments.command == "diff":
        terminal.note(f"to agree to these tools: `hub-launch approve {name}`")
        return ExitCode.OK
    _ask(name, arguments, terminal)
    pins.approve(name, seen)
    terminal.note(f"{name} may have these tools, as {printable(str(path))} says now")
    terminal.note(f"  a hub that runs takes them with `hub-launch restart {name}`")
    return ExitCode.OK


def _seen(arguments: argparse.Namespace, settings: Settings) -> tuple[Path, ToolPins, Mapping[str, Tools]]:
    """The first lock in whose hub the server was seen to have other tools. Raises HubError where it was in none."""
    found: HubError | None = None
    for one in _locks(arguments, settings):
        pins = tool_pins(one)
        try:
            return one.lock_path, pins, pins.seen(arguments.id)
        except HubError as error:
            if error.code != ExitCode.USAGE:
                raise
            found = found or error
    raise found or AssertionError("there is always the user's own lock")


def _print(name: str, pins: ToolPins, seen: Mapping[str, Tools], terminal: Terminal) -> None:
    for abilities, tools in seen.items():
        if abilities:
            terminal.print(f"to clients that can {abilities.replace(',', ', ')}:")
        for line in shown_changes(pins.agreed(name, abilities), tools):
            terminal.print(line)


def _document(abilities: str, agreed: Tools, tools: Tools) -> dict[str, Any]:
    """What differs, with the definitions as they are now. abilities: of the clients that are shown these alone."""
    differ = asdict(changes(agreed, tools))
    shown = {*differ["new"], *differ["changed"]}
    return {"clients": abilities, **differ, "tools": [dict(one) for one in tools if one.get("name") in shown]}


def _locks(arguments: argparse.Namespace, settings: Settings) -> Iterator[Settings]:
    """Those that may say something of the server: of the hubs that it runs in, of hub.yaml, the user's own."""
    if settings.lock is None and arguments.config is None:
        yield from (replace(settings, lock=Path(lock)) for lock in _locks_of_hubs(arguments.id, settings))
    yield lock_meant(argparse.Namespace(ids=[arguments.id], config=arguments.config, no_config=False), settings)
    yield settings


def _locks_of_hubs(name: str, settings: Settings) -> Iterator[str]:
    for path in [] if UNSUPPORTED else sockets(settings.control_dir):
        try:
            with Line(path) as hub:
                status = hub.ask("status")
        except HubGone:
            # Ended since.
            continue
        if any(row["id"] == name for row in status["servers"]):
            yield status["lock"]


def _ask(name: str, arguments: argparse.Namespace, terminal: Terminal) -> None:
    if arguments.yes:
        return
    terminal.require_yes(
        f"May {name} have these tools? [y/N] ",
        nobody="Nobody is there to agree to these tools",
        hint=f"`hub-launch approve {name} --yes`",
        refused="Nothing was agreed to",
    )
