"""`hub-launch run`: start what hub.yaml says."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hub_launch.cli.following import Following
from hub_launch.cli.launch import access_to, add_serving, kept_versions, serve
from hub_launch.cli.options import add_registry, add_sandbox, parse_settings
from hub_launch.cli.prepare import Prepared, prepare
from hub_launch.cli.said import fill_in
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.wanted import broken_of, planner_of, selection_in, wanted_of
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
    parser.set_defaults(host=None, port=None, log_format=None)


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
    fill_in(arguments, configuration, settings)
    # Whoever takes the token takes it out of the environment; the file may name it all the same when it is read again.
    environ = dict(os.environ)
    access = access_to(arguments, terminal)
    settings = settings_with(configuration, settings, arguments)
    keep = kept_versions(arguments, settings)
    prepared = prepared_of(configuration, arguments.profile, settings, terminal, keep)
    following = Following(
        configuration,
        arguments.profile,
        settings,
        environ,
        keep,
        approved=arguments.yes,
        watch=arguments.watch or configuration.config.hub.watch,
    )
    return serve(prepared, selection_in(configuration), access, arguments, settings, terminal, following)


def settings_with(configuration: Configuration, settings: Settings, arguments: argparse.Namespace) -> Settings:
    """The settings with the lock beside the configuration, and its sandbox, unless others were named."""
    said = getattr(arguments, "sandbox", None) or configuration.config.hub.sandbox
    return replace(settings, lock=settings.lock or configuration.path.with_name(NAME), sandbox=said)


def prepared_of(
    configuration: Configuration,
    profile: str | None,
    settings: Settings,
    terminal: Terminal,
    keep: Mapping[str, str],
    names: Sequence[str] = (),
) -> Prepared:
    """What a profile of the file starts, or, if there are any, the servers of these names. Raises HubError if that is
    nothing.
    """
    planner = replace(planner_of(configuration, settings, terminal), keep=keep)
    selected = configuration.named(names) if names else configuration.selected(profile)
    planned = planner.plan_all(wanted_of(configuration, selected))
    prepared = replace(planned, unplanned=(*planned.unplanned, *broken_of(configuration, selected)))
    prepared.require_some()
    if not prepared.launches:
        raise HubError(
            f"{configuration.path} has no server to start", "write some under servers, or enable them", ExitCode.USAGE
        )
    return prepared


def add_named(parser: argparse.ArgumentParser) -> None:
    """What `prepared_for` reads: ids, and which configuration they may be of."""
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help="servers: of hub.yaml if it has them, else of the registry (default: all)"
    )
    add_config(parser)
    parser.add_argument(
        "--no-config", action="store_true", help="mean servers of the registry, whatever a hub.yaml here says of them"
    )


def prepared_for(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> tuple[Prepared, Settings]:
    """What a command is about, with the lock of that: the servers of its ids, as the configuration says if it has them,
    or all that this starts.

    Raises HubError: exit 2 where neither ids nor a configuration are there.
    """
    if arguments.settings and not arguments.ids:
        raise HubError("--set is for servers that are named", "hub.yaml has their parameters under set", ExitCode.USAGE)
    configuration = _meant(arguments, settings)
    if configuration is None:
        return prepare(arguments.ids, parse_settings(arguments.settings), settings, terminal), settings
    beside = settings_with(configuration, settings, arguments)
    return prepared_of(configuration, None, beside, terminal, {}, arguments.ids), beside


def lock_meant(arguments: argparse.Namespace, settings: Settings) -> Settings:
    """The settings with the lock that the options mean: of the configuration that there is, unless they name servers
    that it does not have.
    """
    configuration = _there_is(arguments, settings)
    if configuration is None or arguments.no_config or not set(arguments.ids) <= set(configuration.config.servers):
        return settings
    return settings_with(configuration, settings, arguments)


def _there_is(arguments: argparse.Namespace, settings: Settings) -> Configuration | None:
    """The configuration that is named, or there, if any is. Raises HubError (exit 2) for one that is wrong."""
    try:
        path = find_file(arguments.config, Path.cwd(), settings.config_dir)
    except HubError:
        return None
    return load(path, os.environ)


def _meant(arguments: argparse.Namespace, settings: Settings) -> Configuration | None:
    """The configuration that a command is about; None where it names servers of the registry."""
    if not arguments.ids:
        return read_config(arguments, settings)
    if arguments.no_config or arguments.settings:
        return None
    configuration = _there_is(arguments, settings)
    if configuration is None:
        return None
    there = [one for one in arguments.ids if one in configuration.config.servers]
    if there and len(there) < len(arguments.ids):
        others = ", ".join(one for one in arguments.ids if one not in there)
        raise HubError(
            f"{', '.join(there)} is in {printable(str(configuration.path))} and {others} is not: they are locked in "
            "two places",
            "name them one after the other, or add --no-config to mean servers of the registry",
            ExitCode.USAGE,
        )
    return configuration if there else None
