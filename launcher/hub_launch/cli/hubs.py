"""The hubs of this user that run now."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.control.client import Line
from hub_launch.hub.control.places import UNSUPPORTED, sockets
from hub_launch.settings import Settings


def add_hub(parser: argparse.ArgumentParser) -> None:
    """`--hub`."""
    parser.add_argument("--hub", metavar="PORT", help="the hub that is meant, by its port, where several run")


def open_hub(arguments: argparse.Namespace, settings: Settings) -> Line:
    """A line to the hub that is meant. Raises HubError (exit 2) when none runs, or several and none is named."""
    line = find_hub(arguments, settings)
    if line is None:
        raise HubError("No hub is running", "`hub-launch run` starts one, as does `hub-launch ID`", ExitCode.USAGE)
    return line


def settings_of_hub(status: Any, settings: Settings) -> Settings:
    """The settings by which a running hub starts servers. status: its own words."""
    return replace(settings, lock=Path(status["lock"]), sandbox=status["sandbox"])


def find_hub(arguments: argparse.Namespace, settings: Settings) -> Line | None:
    """As `open_hub`; None when no hub runs at all and none is named."""
    if UNSUPPORTED:
        raise HubError("A running hub takes no commands on Windows yet", "end it and start it anew")
    running = {path.stem: path for path in sockets(settings.control_dir)}
    if arguments.hub:
        if arguments.hub not in running:
            known = f"there are {', '.join(running)}" if running else "there is none"
            raise HubError(f"No hub is running at {arguments.hub}", known, ExitCode.USAGE)
        return Line(running[arguments.hub])
    if len(running) > 1:
        raise HubError(
            f"{len(running)} hubs are running: {', '.join(running)}",
            f"say which one is meant, e.g. `--hub {next(iter(running))}`",
            ExitCode.USAGE,
        )
    return Line(next(iter(running.values()))) if running else None
