"""What one client is shown: of servers that it has for itself what they offer it, of others what all are shown."""

from collections.abc import Callable, Mapping

from hub_launch.hub.desk import Desk
from hub_launch.hub.methods import TOOL
from hub_launch.hub.offered import Offered
from hub_launch.hub.own import Own
from hub_launch.run.offer import Offer
from hub_launch.run.server import Server


class OwnDesk(Desk):
    """A desk like another one, for one client."""

    def __init__(self, desk: Desk, own: Callable[[], Mapping[str, Own]]) -> None:
        """`own`: what the client has for itself now."""
        super().__init__(desk.servers, prefixed=desk.prefixed)
        self._shared = desk
        self._own_servers = own

    def offer_of(self, server: Server) -> Offer:
        """See Desk."""
        own = self._own_servers().get(server.status.id)
        return (own.offer if own else None) or server.offer

    def own_name(self, server: Server, kind: str, rest: str) -> str | None:
        """See Desk. What was not agreed to is refused by the server itself."""
        own = self._own_servers().get(server.status.id)
        if own and kind == TOOL and rest in own.withheld:
            # It refuses the call, and says why.
            return rest
        return super().own_name(server, kind, rest)

    def known_of(self, server: Server) -> Offered:
        """See Desk. What is not the client's own is made only once for all."""
        return super().known_of(server) if self.offer_of(server) is not server.offer else self._shared.known_of(server)
