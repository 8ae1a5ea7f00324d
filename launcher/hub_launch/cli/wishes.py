"""What a user wants of a server beyond its parameters: said on the command line for several, in hub.yaml for each.

To add one: a field of Wishes, its option in `add_wishes`, a line in `wishes_of`, and what it does to a launch in
`wished`; and a field of `hub_launch.config`'s server.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub_launch.config.models import LEAST_IDLE_MINUTES
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import Launch, StdioLaunch
from hub_launch.plan.launch import Start

ALL = "all"


@dataclass(frozen=True)
class Wishes:
    """What is wanted of one server."""

    start: Start = "eager"
    idle_minutes: int | None = None
    """It is ended when it was not used for so long; None: never."""


def wished(launch: Launch, wishes: Wishes) -> Launch:
    """The launch as it is wanted. What means nothing to its kind is left out: nobody ends somebody else's server."""
    alternatives = tuple(wished(one, wishes) for one in launch.alternatives)
    if not isinstance(launch, StdioLaunch):
        return replace(launch, alternatives=alternatives)
    seconds = wishes.idle_minutes * 60 if wishes.idle_minutes else None
    return replace(launch, start=wishes.start, idle_seconds=seconds, alternatives=alternatives)


def add_wishes(parser: argparse.ArgumentParser) -> None:
    """The options of commands that start servers by their ids."""
    parser.add_argument(
        "--lazy",
        metavar="ID",
        action="append",
        default=[],
        help=f"start this server with the first call of it; `--lazy {ALL}` is for every one",
    )
    parser.add_argument(
        "--idle",
        type=idle_minutes,
        metavar="MINUTES",
        help="end servers that were not used for so long; the next call starts them again (default: never)",
    )


def wishes_of(arguments: argparse.Namespace, server: str) -> Wishes:
    """What the options say about one server."""
    lazy = ALL in arguments.lazy or server in arguments.lazy
    return Wishes("lazy" if lazy else "eager", arguments.idle)


def check_wishes(arguments: argparse.Namespace, names: Sequence[str]) -> None:
    """Raise HubError (exit 2) for an option that names a server that is not among those to start."""
    for option, given in (("--lazy", arguments.lazy),):
        for name in given:
            if name not in (ALL, *names):
                raise HubError(
                    f"{option} {name}: {name} is not among the servers to start",
                    f"they are {', '.join(names)}; `{option} {ALL}` is for every one",
                    ExitCode.USAGE,
                )


def idle_minutes(text: str) -> int:
    """An argument that says after how many minutes a server is idle."""
    if text.isdecimal() and int(text) >= LEAST_IDLE_MINUTES:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number of minutes, {LEAST_IDLE_MINUTES} at least")
