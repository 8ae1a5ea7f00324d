"""How a hub stands beside others: whether it is one of several, and has one server only."""

from dataclasses import dataclass, field

from hub_launch.hub.leaving import Leaving


@dataclass(frozen=True)
class Replica:
    """What a hub on a user's own machine need not know; without any of it, that is what it is."""

    alone: str = ""
    """The id of its one server, which answers at `/mcp` under its own names."""
    drain: float = 0.0
    """Seconds for which it goes on answering when it is told to end; 0: it ends at once."""
    sessions: str = ""
    """The address of what it shares with other hubs about its clients' sessions (`hub_launch.hub.stores`)."""
    leaving: Leaving = field(default_factory=Leaving)
