"""What the REST API knows of the hub that it is the face of."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hub_launch.run.supervisor import Supervisor


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Means:
    """A hub, as REST needs it."""

    supervisor: Supervisor
    sessions: Callable[[], int] = lambda: 0
    """How many sessions clients have opened at MCP endpoints."""
    reload: Callable[[], Awaitable[Sequence[str]]] | None = None
    """Reads the configuration again and tells what has changed; None for a hub without one. Raises HubError."""
    began: datetime = field(default_factory=_now)
    """When the hub started."""
