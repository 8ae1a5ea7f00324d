"""How a hub stands beside others: whether it is one of several, and has one server only."""

from dataclasses import dataclass, field

from hub_launch.hub.leaving import Leaving
from hub_launch.hub.stores import Store


@dataclass(frozen=True)
class Replica:
    """What a hub on a user's own machine need not know; without any of it, that is what it is."""

    alone: str = ""
    """The id of its one server, which answers at `/mcp` under its own names."""
    drain: float = 0.0
    """Seconds for which it goes on answering when it is told to end; 0: it ends at once."""
    sessions: Store | None = None
    """What it shares with other hubs about its clients' sessions. The hub closes it when it ends."""
    leaving: Leaving = field(default_factory=Leaving)
