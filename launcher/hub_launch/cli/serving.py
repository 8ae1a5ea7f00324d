"""`hub-launch serve`: one server by itself, for a machine, container or pod of its own."""

import argparse

from hub_launch.cli import launch
from hub_launch.cli.launch import access_to, add_serving, kept_versions
from hub_launch.cli.options import add_start
from hub_launch.cli.run import add_config, prepared_of, read_config, settings_with
from hub_launch.cli.selecting import add_selection
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.wanted import selection_in
from hub_launch.cli.wishes import add_wishes
from hub_launch.errors import ExitCode, HubError
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "ids", nargs=1, metavar="ID", help="the server: of the registry, as id or id@version, or with --config of that"
    )
    add_config(parser)
    add_start(parser)
    add_wishes(parser)
    add_selection(parser)
    add_serving(parser)
    # A hub of one server, whose tools have their own names at /mcp.
    parser.set_defaults(alone=True, profile=None, mcp_json=[])


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Start it and serve until told to stop. Exit 1 when it does not start."""
    if arguments.stdio:
        raise HubError(
            "serve is for HTTP", f"`hub-launch {arguments.ids[0]} --stdio` serves it to an editor", ExitCode.USAGE
        )
    if arguments.config is None:
        return launch.run(arguments, settings, terminal)
    configuration = read_config(arguments, settings)
    if arguments.ids[0] not in configuration.config.servers:
        raise HubError(
            f"{printable(str(configuration.path))} has no server {printable(arguments.ids[0])}",
            "without --config it is one of the registry",
            ExitCode.USAGE,
        )
    access = access_to(arguments, terminal)
    settings = settings_with(configuration, settings, arguments)
    keep = kept_versions(arguments, settings)
    prepared = prepared_of(configuration, None, settings, terminal, keep, arguments.ids)
    return launch.serve(prepared, selection_in(configuration), access, arguments, settings, terminal)
