"""`hub-launch run`: start what hub.yaml says."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hub_launch.cli.following import Following
from hub_launch.cli.launch import access_to, add_serving, kept_versions, serve
from hub_launch.cli.options import add_registry, add_sandbox, parse_settings
from hub_launch.cli.prepare import Prepared, prepare
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.wanted import broken_in, planner_of, selection_in, wanted_by
from hub_launch.config.loading import Configuration, find_file, load
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.lockfile import NAME
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_config(parser)
    parser.add_argument("--profile", metavar="NAME", help="start the servers of this profile alone")
    parser.add_argument("--watch", action="store_true", help="follow changes of the configuration while the hub runs")
    add_registry(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="approve the commands that are shown")
    add_sandbox(parser)
    add_serving(parser)
    # What the file says, where the command line says nothing.
    parser.set_defaults(host=None, port=None)


def add_config(parser: argparse.ArgumentParser) -> None:
    """`--config`."""
    parser.add_argument(
        "-c",
        "--config",
        type=Path,
        metavar="FILE",
        help="the configuration to read (default: hub.yaml or hub.toml of this folder, else of the user's own)",
    )


def read_config(arguments: argparse.Namespace, settings: Settings) -> Configuration:
    """The configuration that the options name, or the one that there is. Raises HubError (exit 2)."""
    return load(find_file(arguments.config, Path.cwd(), settings.config_dir), os.environ)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Start and serve until told to stop. Exit 1 when no server starts at all."""
    configuration = read_config(arguments, settings)
    terminal.note(f"as {printable(str(configuration.path))} says")
    hub = configuration.config.hub
    arguments.host = arguments.host or hub.host
    arguments.port = hub.port if arguments.port is None else arguments.port
    access = access_to(arguments, terminal)
    settings = with_lock_beside(configuration, settings)
    keep = kept_versions(arguments, settings)
    prepared = prepared_of(configuration, arguments.profile, settings, terminal, keep)
    following = Following(
        configuration,
        arguments.profile,
        settings,
        os.environ,
        keep,
        approved=arguments.yes,
        watch=arguments.watch or hub.watch,
    )
    return serve(prepared, selection_in(configuration), access, arguments, settings, terminal, following)


def with_lock_beside(configuration: Configuration, settings: Settings) -> Settings:
    """The lock is the configuration's, unless another was named."""
    return settings if settings.lock else replace(settings, lock=configuration.path.with_name(NAME))


def prepared_of(
    configuration: Configuration,
    profile: str | None,
    settings: Settings,
    terminal: Terminal,
    keep: Mapping[str, str],
) -> Prepared:
    """What a profile of the file starts. Raises HubError if that is nothing."""
    planner = replace(planner_of(configuration, settings, terminal), keep=keep)
    planned = planner.plan_all(wanted_by(configuration, profile))
    prepared = replace(planned, unplanned=(*planned.unplanned, *broken_in(configuration, profile)))
    prepared.require_some()
    if not prepared.launches:
        raise HubError(
            f"{configuration.path} has no server to start", "write some under servers, or enable them", ExitCode.USAGE
        )
    return prepared


def prepared_for(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> tuple[Prepared, Settings]:
    """What a command is about: the servers of its ids, or all that the configuration starts, with the lock of that.

    Raises HubError: exit 2 where neither ids nor a configuration are there.
    """
    if arguments.ids:
        return prepare(arguments.ids, parse_settings(arguments.settings), settings, terminal), settings
    if arguments.settings:
        raise HubError("--set is for servers that are named", "hub.yaml has their parameters under set", ExitCode.USAGE)
    configuration = read_config(arguments, settings)
    beside = with_lock_beside(configuration, settings)
    return prepared_of(configuration, None, beside, terminal, {}), beside
