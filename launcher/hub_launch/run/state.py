"""What is known of a running server."""

from dataclasses import dataclass, field
from enum import StrEnum

from hub_launch.run.health import Level


class State(StrEnum):
    """The states of a server, as the hub shows them everywhere."""

    PENDING = "pending"
    STARTING = "starting"
    READY = "ready"
    DEGRADED = "degraded"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    STOPPED = "stopped"


SETTLED = frozenset({State.READY, State.DEGRADED, State.FAILED, State.QUARANTINED, State.STOPPED})
"""The start is over, well or badly."""

SERVING = frozenset({State.READY, State.DEGRADED})
"""Calls are passed on."""


@dataclass(frozen=True)
class Status:
    """One server at one moment."""

    id: str
    title: str
    kind: str
    state: State
    reason: str = ""
    """Why it is in this state; safe to print, no secrets."""
    hint: str = ""
    """What the user can do."""
    tools: int = 0
    seconds: float = 0.0
    """How long the start took, from its turn to its lists."""
    note: str = ""
    """What of it is left out though it serves; safe to print."""
    health: Level = field(default=Level.UNKNOWN, compare=False)
    """How well it answers; nothing that has to be told when it is all that changed."""

    def sentence(self) -> str:
        """For a client that asked for something of this server and cannot have it."""
        parts = [f"server '{self.id}' is {self.state}"]
        parts += [f": {self.reason}"] if self.reason else []
        parts += [f" ({self.hint})"] if self.hint else []
        return "".join(parts)
