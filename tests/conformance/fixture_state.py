"""What the fixture server remembers, for as long as its process lives."""

from dataclasses import dataclass, field

from mcp.server.subscriptions import InMemorySubscriptionBus

COMPLETE = {"resultType": "complete"}
"""What the newer protocol wants in every result, and the older one does not mind."""

bus = InMemorySubscriptionBus()
"""Where news for clients of the newer protocol are published."""


@dataclass
class State:
    """Of one process, whoever asks."""

    subscribed: set[str] = field(default_factory=set)
    """Resources that clients of the older protocol want to hear of."""
    level: str = "debug"
    """The least that is logged for clients of the older protocol."""
    changed: set[str] = field(default_factory=set)
    """The lists that have one more item than at the beginning, by the item's kind."""
    waiting: int = 0
    cancelled: int = 0


state = State()
