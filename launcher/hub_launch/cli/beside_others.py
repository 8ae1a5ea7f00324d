"""What a command line and the environment say about a hub that stands beside others."""

import argparse
from collections.abc import MutableMapping
from typing import TYPE_CHECKING

from hub_launch.config.defaults import MAX_DRAIN_SECONDS
from hub_launch.settings import SESSIONS_VARIABLE

if TYPE_CHECKING:
    from hub_launch.hub.replica import Replica


def add_beside_others(parser: argparse.ArgumentParser) -> None:
    """The options about other hubs."""
    group = parser.add_argument_group("one of several hubs (see `Several machines` in the documentation)")
    group.add_argument(
        "--drain",
        type=_seconds,
        metavar="SECONDS",
        help="when told to end, say so at /readyz and answer for so long; then finish the calls under way (default 0: "
        "end at once)",
    )
    group.add_argument(
        "--sessions",
        metavar="ADDRESS",
        help="share clients' sessions with other hubs there, as redis://host:6379/0; the variable "
        f"{SESSIONS_VARIABLE} says the same and keeps a password to you",
    )


def replica_of(arguments: argparse.Namespace, environ: MutableMapping[str, str], name: str) -> "Replica":
    """How the hub stands beside others. Raises HubError (exit 2) for sessions that cannot be shared there.

    name: the hub's first server; `serve` has no other.

    The address is taken out of `environ`: it has a password, and no server that is started has any business with it.
    """
    from hub_launch.hub.replica import Replica
    from hub_launch.hub.stores import store_of

    from_environment = environ.pop(SESSIONS_VARIABLE, "")
    address = arguments.sessions or from_environment
    # Opened before anything starts: whatever is wrong with it is said first.
    sessions = store_of(address) if address else None
    return Replica(name if getattr(arguments, "alone", False) else "", arguments.drain or 0.0, sessions)


def _seconds(text: str) -> float:
    if text.isdecimal() and int(text) <= MAX_DRAIN_SECONDS:
        return float(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from 0 to {MAX_DRAIN_SECONDS}")
