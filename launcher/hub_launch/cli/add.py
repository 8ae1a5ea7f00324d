"""`hub-launch add`: one more server for a running hub, approved here and started there; and for hub.yaml."""

import argparse
import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hub_launch.catalog import Entry, from_server
from hub_launch.cli.agree import agree
from hub_launch.cli.asked import as_request
from hub_launch.cli.hubs import add_hub, find_hub, settings_of_hub
from hub_launch.cli.options import add_format, add_start, parse_settings
from hub_launch.cli.prepare import Prepared, prepare
from hub_launch.cli.reload import reload_hub
from hub_launch.cli.run import settings_with
from hub_launch.cli.saving import add_saving, file_to_write, part_of, with_servers, write_shown
from hub_launch.cli.tell import print_outcomes, started_by
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.wanted import Wanted
from hub_launch.cli.wishes import add_wishes, check_wishes, wished, wishes_of
from hub_launch.config.loading import load
from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.control.client import Line
from hub_launch.index.overlay import EPHEMERAL, OVERLAY
from hub_launch.index.registries import Found
from hub_launch.plan import Launch
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("ids", nargs="+", metavar="ID", help="servers of the registry, as id or id@version")
    add_start(parser)
    add_wishes(parser)
    add_saving(parser)
    add_hub(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Show what would run, have it approved, have it written down and started. Exit 1 if one does not come up."""
    hub = find_hub(arguments, settings)
    with hub or contextlib.nullcontext():
        return _run(hub, arguments, settings, terminal)


def _run(hub: Line | None, arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    status = hub.ask("status") if hub else None
    path = file_to_write(arguments, settings, status)
    if hub is None and path is None:
        raise HubError(
            "No hub is running, and there is no hub.yaml here",
            "`hub-launch ID` starts one; --save writes hub.yaml",
            ExitCode.USAGE,
        )
    settings = settings_of_hub(status, settings) if status else _settings_of_file(path, settings, arguments)
    memory = [from_server(one) for one in hub.ask("published")] if hub else ()
    prepared = _prepared(arguments, memory, settings, terminal)
    if hub:
        for launch in prepared.launches:
            hub.ask("require_new", server=launch.id)
    # Before anybody is asked about it.
    parts = _parts(path, prepared, arguments) if path else {}
    text = with_servers(path, parts) if path and parts else None
    agree(prepared, settings, terminal, arguments.argv, approved=arguments.yes)
    if path and text:
        write_shown(path, *text, terminal)
    if hub is None or status is None:
        terminal.note("`hub-launch run` starts what it says")
        return print_outcomes({launch.id: {"state": "written"} for launch in prepared.launches}, arguments, terminal)
    if path and text and status["config"] == str(path):
        reload_hub(hub, settings, terminal, arguments)
    became = {one[0].id: _started(hub, one, prepared, settings, terminal, arguments) for one in prepared.found}
    return print_outcomes(became, arguments, terminal)


def _settings_of_file(path: Path | None, settings: Settings, arguments: argparse.Namespace) -> Settings:
    return settings_with(load(path, os.environ), settings, arguments) if path and path.exists() else settings


def _prepared(
    arguments: argparse.Namespace, memory: Sequence[Entry], settings: Settings, terminal: Terminal
) -> Prepared:
    """What was asked for, as it is wished. Raises HubError where one of it cannot be started here."""
    prepared = prepare(arguments.ids, parse_settings(arguments.settings), settings, terminal, memory=memory)
    if prepared.unplanned:
        raise prepared.unplanned[0].error
    check_wishes(arguments, [launch.id for launch in prepared.launches])
    pairs = tuple((wished(launch, wishes_of(arguments, launch.id)), found) for launch, found in prepared.found)
    return replace(prepared, launches=tuple(launch for launch, _ in pairs), found=pairs)


def _parts(path: Path, prepared: Prepared, arguments: argparse.Namespace) -> Mapping[str, Mapping[str, Any]]:
    given, absolute = parse_settings(arguments.settings), path.parent != Path.cwd()
    return {
        launch.id: part_of(
            found,
            _typed_values(launch, prepared, given),
            _typed(launch, arguments.ids),
            wishes_of(arguments, launch.id),
            absolute=absolute,
        )
        for launch, found in prepared.found
        # What is gone with the hub would be unknown to the next.
        if found.registry.name != EPHEMERAL
    }


def _typed_values(
    launch: Launch, prepared: Prepared, given: Mapping[str, Mapping[str, Sequence[str]]]
) -> Mapping[str, Sequence[str]]:
    """What was typed, as an option or an answer; what comes from the environment comes from there again."""
    used = prepared.values.get(launch.id, {})
    answered = {name: values for name, values in used.items() if name not in os.environ}
    return {**answered, **given.get(launch.id, {})}


def _typed(launch: Launch, ids: Sequence[str]) -> str:
    """How a server was named."""
    return next((one for one in ids if launch.id in one), "")


def _started(
    hub: Line,
    pair: tuple[Launch, Found],
    prepared: Prepared,
    settings: Settings,
    terminal: Terminal,
    arguments: argparse.Namespace,
) -> Any:
    """Have it started, if the hub has not done that by its file already; that may have a profile without it."""
    launch, found = pair
    name = launch.id
    if any(row["id"] == name for row in hub.ask("status")["servers"]):
        return started_by(hub, "start", name, terminal)
    values, wishes = prepared.values.get(name, {}), wishes_of(arguments, name)
    wanted = Wanted(name, _address(found, settings), values, wishes)
    return started_by(hub, "add", name, terminal, **as_request(wanted, launch, found, Path.cwd()))


def _address(found: Found, settings: Settings) -> str:
    """The server of that registry, if registries have names here, and in the version that was shown."""
    nameless = settings.registry and found.registry.name not in (OVERLAY, EPHEMERAL)
    registry = "" if nameless else f"{found.registry.name}/"
    return f"{registry}{found.row.id}@{found.row.version}"
