"""`hub-launch add`: one more server for a running hub, approved here and started there."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hub_launch.cli.agree import agree
from hub_launch.cli.asked import as_request
from hub_launch.cli.hubs import add_hub, open_hub, settings_of_hub
from hub_launch.cli.options import add_format, add_start, parse_settings
from hub_launch.cli.prepare import prepare
from hub_launch.cli.tell import print_outcomes, told
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.wanted import Wanted
from hub_launch.cli.wishes import add_wishes, check_wishes, wished, wishes_of
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.registries import Found
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("ids", nargs="+", metavar="ID", help="servers of the registry, as id or id@version")
    add_start(parser)
    add_wishes(parser)
    add_hub(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Show what would run, have it approved, and have it started. Exit 1 if one does not come up."""
    given = parse_settings(arguments.settings)
    with open_hub(arguments, settings) as hub:
        prepared = prepare(arguments.ids, given, settings, terminal)
        if prepared.unplanned:
            raise prepared.unplanned[0].error
        status = hub.ask("status")
        _check_new([launch.id for launch in prepared.launches], status)
        check_wishes(arguments, [launch.id for launch in prepared.launches])
        pairs = [(wished(launch, wishes_of(arguments, launch.id)), found) for launch, found in prepared.found]
        shown = replace(prepared, launches=tuple(launch for launch, _ in pairs), found=tuple(pairs))
        agree(shown, settings_of_hub(status, settings), terminal, arguments.argv, approved=arguments.yes)
        requests = [
            as_request(
                Wanted(
                    launch.id,
                    _address(found, settings),
                    prepared.values.get(launch.id, {}),
                    wishes_of(arguments, launch.id),
                ),
                launch,
                found,
                Path.cwd(),
            )
            for launch, found in pairs
        ]
        names = [one["wanted"]["name"] for one in requests]
        became = {name: told(name, hub.ask("add", **one), terminal) for name, one in zip(names, requests, strict=True)}
        return print_outcomes(became, arguments, terminal)


def _check_new(ids: Sequence[str], status: Any) -> None:
    """Raise HubError (exit 2) for what is there already, before anybody is asked about it."""
    there = {row["id"] for row in status["servers"]}
    for name in ids:
        if name in there:
            raise HubError(f"{name} is in this hub already", f"`hub-launch remove {name}` first", ExitCode.USAGE)


def _address(found: Found, settings: Settings) -> str:
    """The server of that registry, if registries have names here, and in the version that was shown."""
    registry = "" if settings.registry else f"{found.registry.name}/"
    return f"{registry}{found.row.id}@{found.row.version}"
