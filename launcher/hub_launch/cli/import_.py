"""`hub-launch import`: servers of an editor's file, or of a servers.yaml, into hub.yaml."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from hub_launch.cli.changing import add_servers, place_for
from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.clients.reading import Listed, servers_in
from hub_launch.errors import ExitCode, HubError
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="an editor's file, such as an mcp.json, or a servers.yaml"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="these servers of it (default: all)")
    parser.add_argument("-c", "--config", type=Path, metavar="FILE", help="the configuration to write to")
    parser.add_argument("-y", "--yes", action="store_true", help="agree to what is shown")
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Write them, after they were shown. Exit 1 if one of them is nothing that could be started."""
    listed = servers_in(arguments.file)
    if not listed:
        hint = "is it an editor's file, such as an mcp.json?"
        raise HubError(f"{printable(str(arguments.file))} has no servers", hint, ExitCode.USAGE)
    chosen = _chosen(listed, arguments)
    bad = [one for one in chosen if one.problem]
    good = [one for one in chosen if not one.problem]
    for one in bad:
        terminal.note(f"{printable(one.name)} is left out: {one.problem}")
    _check_distinct(good, arguments.file)
    if good:
        path = place_for(arguments.config, Path.cwd(), settings.config_dir)
        servers = {one.id: one.server for one in good}
        add_servers(path, servers, terminal, arguments.argv, approved=arguments.yes)
        note_missing(good, terminal)
    if arguments.format == "json":
        added = [{"id": one.id, "name": one.name, "server": one.server, "missing": list(one.missing)} for one in good]
        terminal.json({"added": added, "leftOut": {one.name: one.problem for one in bad}})
    return ExitCode.FAILED if bad else ExitCode.OK


def note_missing(listed: Sequence[Listed], terminal: Terminal) -> None:
    """Say which variables stand in the place of secrets."""
    for one in listed:
        unset = [name for name in one.missing if name not in os.environ]
        if unset:
            names = printable(", ".join(unset))
            terminal.note(f"{one.id} needs {names}: set them, write them into .env, or put keyring:NAME there")


def _chosen(listed: Sequence[Listed], arguments: argparse.Namespace) -> list[Listed]:
    """Those that are meant, by their names or their ids. Raises HubError (exit 2)."""
    for name in arguments.names:
        if not any(name in (one.name, one.id) for one in listed):
            known = f"it has {', '.join(printable(one.name) for one in listed)}"
            raise HubError(f"{arguments.file} has no server {printable(name)!r}", known, ExitCode.USAGE)
    return [one for one in listed if not arguments.names or {one.name, one.id} & set(arguments.names)]


def _check_distinct(listed: Sequence[Listed], file: Path) -> None:
    ids = [one.id for one in listed]
    for one in listed:
        if ids.count(one.id) > 1:
            message = f"{file}: several servers would be called {one.id}"
            raise HubError(message, "import one of them by its name, and rename the other", ExitCode.USAGE)
