"""What the REST API knows of the hub that it is the face of."""

import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hub_launch.hub.desk import Desk, desk_of
from hub_launch.hub.rest.listing import Listing
from hub_launch.hub.singles import Singles
from hub_launch.hub.toolsearch import ToolSearch
from hub_launch.run.supervisor import Supervisor

if TYPE_CHECKING:
    from hub_launch.hub.growing import Propose
    from hub_launch.judge.overlay import Overlay


Reload = Callable[[], Awaitable[Sequence[str]]]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Abilities:
    """What a hub can do besides serving; the command that starts it knows how."""

    reload: Reload | None = None
    """Reads the configuration again and tells what has changed; None for a hub without one. Raises HubError."""
    propose: "Propose | None" = None
    """Plans a server that an assistant wants to have added; None for a hub to which none can be."""
    overlay: "Callable[[], Overlay] | None" = None
    """Where entries of the user's own are kept; None for a hub that publishes nothing."""
    memory: "Callable[[], Overlay] | None" = None
    """Where those are that are gone with the hub."""


@dataclass(frozen=True)
class Means:
    """A hub, as REST needs it."""

    supervisor: Supervisor
    abilities: Abilities = field(default_factory=Abilities)
    sessions: Callable[[], int] = lambda: 0
    """How many sessions clients have opened at MCP endpoints."""
    asks: bool = False
    """Whether whoever calls has to prove who they are; the door sees to it, and the description says so."""
    began: datetime = field(default_factory=_now)
    """When the hub started."""

    @functools.cached_property
    def search(self) -> ToolSearch:
        """How clients of all servers together are offered tools."""
        return Desk(self.supervisor.servers, prefixed=True).search

    @functools.cached_property
    def listing(self) -> Listing:
        """What programs are told of all servers."""
        return Listing(self.supervisor.servers)

    @functools.cached_property
    def desks(self) -> Singles[Desk]:
        """Each server under its own names, as calls of its tools need it."""
        return Singles(self.supervisor.servers, desk_of)
