"""What a user wants of a server beyond its parameters: said on the command line for several, in hub.yaml for each.

To add one: a field of Wishes, its option in `add_wishes`, a line in `wishes_of`, and what it does to a launch in
`wished`; and a field of `hub_launch.config`'s server.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from hub_launch.config.defaults import LEAST_IDLE_MINUTES, MAX_INSTANCES
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import Balance, Isolation, Launch, StdioLaunch, choices
from hub_launch.plan.launch import Start

ALL = "all"


@dataclass(frozen=True)
class Wishes:
    """What is wanted of one server."""

    start: Start = "eager"
    idle_minutes: int | None = None
    """It is ended when it was not used for so long; None: never."""
    instances: int = 1
    balance: Balance = "least-in-flight"
    isolation: Isolation = "shared"


def wished(launch: Launch, wishes: Wishes) -> Launch:
    """The launch as it is wanted. What means nothing to its kind is left out: nobody ends somebody else's server.

    Raises HubError (exit 2) for more instances than there can be.
    """
    alternatives = tuple(_started(one, wishes) for one in launch.alternatives)
    launch = replace(_started(launch, wishes), alternatives=alternatives, isolation=wishes.isolation)
    if wishes.instances > 1:
        _check_instances(launch, wishes.instances)
        launch = replace(launch, instances=wishes.instances, balance=wishes.balance)
    return launch


def _started(launch: Launch, wishes: Wishes) -> Launch:
    if not isinstance(launch, StdioLaunch):
        return launch
    seconds = wishes.idle_minutes * 60 if wishes.idle_minutes else None
    return replace(launch, start=wishes.start, idle_seconds=seconds)


def _check_instances(launch: Launch, instances: int) -> None:
    if isinstance(launch, StdioLaunch):
        if launch.inside:
            raise HubError(
                f"{launch.id} runs inside the hub, where there can be only one of it",
                f"leave out its {instances} instances, or have it run in a process of its own",
                ExitCode.USAGE,
            )
        return
    there = len(choices(replace(launch, instances=MAX_INSTANCES))[0])
    if instances > there:
        raise HubError(
            f"{launch.id} cannot have {instances} instances: it is a remote server with {there} "
            f"address{'es' if there > 1 else ''}",
            "as many as there are addresses is the most",
            ExitCode.USAGE,
        )


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
    parser.add_argument(
        "--instances",
        type=_instances,
        metavar="ID=NUMBER",
        action="append",
        default=[],
        help="run so many of this server at once, which share its calls; of a remote one, use so many of its addresses",
    )
    parser.add_argument(
        "--balance",
        choices=get_args(Balance),
        default=Wishes.balance,
        help="which instance gets a call: the one with the fewest under way, or the next in turn (default %(default)s)",
    )
    parser.add_argument(
        "--isolation",
        type=_isolation,
        metavar="ID=session",
        action="append",
        default=[],
        help="give each client's session a process of its own of this server, which may then ask that client; "
        f"`--isolation {ALL}=session` is for every one",
    )


def wishes_of(arguments: argparse.Namespace, server: str) -> Wishes:
    """What the options say about one server."""
    lazy = ALL in arguments.lazy or server in arguments.lazy
    instances = dict(arguments.instances).get(server, 1)
    kinds: dict[str, Isolation] = dict(arguments.isolation)
    how = kinds.get(server, kinds.get(ALL, "shared"))
    return Wishes("lazy" if lazy else "eager", arguments.idle, instances, arguments.balance, how)


def check_wishes(arguments: argparse.Namespace, names: Sequence[str]) -> None:
    """Raise HubError (exit 2) for an option that names a server that is not among those to start."""
    there = f"they are {', '.join(names)}"
    for option, given in (("--lazy", arguments.lazy), ("--isolation", [name for name, _ in arguments.isolation])):
        for name in given:
            if name not in (ALL, *names):
                hint = f"{there}; `{option} {ALL}` is for every one"
                raise HubError(f"{option} {name}: {name} is not among the servers to start", hint, ExitCode.USAGE)
    for name, number in arguments.instances:
        if name not in names:
            raise HubError(
                f"--instances {name}={number}: {name} is not among the servers to start", there, ExitCode.USAGE
            )


def idle_minutes(text: str) -> int:
    """An argument that says after how many minutes a server is idle."""
    if text.isdecimal() and int(text) >= LEAST_IDLE_MINUTES:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number of minutes, {LEAST_IDLE_MINUTES} at least")


def _instances(text: str) -> tuple[str, int]:
    name, equals, number = text.partition("=")
    if name and equals and number.isdecimal() and 1 <= int(number) <= MAX_INSTANCES:
        return name, int(number)
    raise argparse.ArgumentTypeError(f"{text} is not of the form ID=NUMBER, with a number from 1 to {MAX_INSTANCES}")


def _isolation(text: str) -> tuple[str, Isolation]:
    """A server's id, and how it is shared."""
    name, _, kind = text.partition("=")
    for known in get_args(Isolation):
        if name and kind == known:
            return name, known
    raise argparse.ArgumentTypeError(f"{text} is not of the form ID=session or ID=shared")
