"""`hub-launch --profile developer`: a set of servers that the registry has put together.

`hub.yaml` has profiles too, and they never mix: without a command the registry's is meant, with `run` (and its other
word `up`) the file's.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub_launch.catalog import Profile
from hub_launch.cli.terminal import Terminal
from hub_launch.config.loading import Configuration, find_file, load
from hub_launch.errors import HubError
from hub_launch.index.registries import Registries
from hub_launch.settings import Settings
from hub_launch.text import printable

Given = Mapping[str, Mapping[str, Sequence[str]]]
"""Server -> parameter -> values."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be started: ids, and values of parameters."""

    ids: tuple[str, ...]
    given: Given


def add_profile(parser: argparse.ArgumentParser) -> None:
    """`--profile`."""
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help="the servers of this profile of the registry; `hub-launch run --profile` means one of hub.yaml",
    )


def with_profile(name: str, ids: Sequence[str], given: Given, settings: Settings, terminal: Terminal) -> Wanted:
    """The servers of the registry's profile `name`, and what is named beside it. Raises HubError.

    given: what the user said of parameters, which counts before what the profile says.
    """
    registries = Registries.open(settings)
    registry, profile = registries.profile(name)
    # Where several registries are read, another may have a server of the same id.
    prefix = f"{registry.name}/" if len(registries.registries) > 1 else ""
    terminal.note(f"profile {printable(profile.title)}: {', '.join(one.id for one in profile.servers)}")
    _note_other(name, settings, terminal)
    return Wanted((*(f"{prefix}{one.id}" for one in profile.servers), *ids), _given(profile, given))


def _given(profile: Profile, given: Given) -> Given:
    own = {one.id: one.arguments or {} for one in profile.servers}
    return {server: {**own.get(server, {}), **given.get(server, {})} for server in (*own, *given)}


def _note_other(name: str, settings: Settings, terminal: Terminal) -> None:
    """Say so where hub.yaml has a profile of that name, which somebody may mean."""
    configuration = _configuration(settings)
    if configuration and name in configuration.config.profiles:
        path = printable(str(configuration.path))
        terminal.note(f"note: {path} has a profile {name} too; `hub-launch run --profile {name}` starts that one")


def _configuration(settings: Settings) -> Configuration | None:
    try:
        return load(find_file(None, Path.cwd(), settings.config_dir), os.environ)
    except HubError:
        # There is none, or none that can be read: whoever starts it is told.
        return None
