"""The hub's state as documents: read off servers when somebody looks, and kept nowhere."""

from collections import Counter
from collections.abc import Iterable

from hub_launch.hub.rest.means import Means
from hub_launch.hub.rest.models import Address as RemoteAddress
from hub_launch.hub.rest.models import (
    Calls,
    Details,
    Health,
    HubHealth,
    HubStatus,
    Instance,
    Latency,
    Listed,
    ListedMeta,
    ListedServer,
    Offered,
    OfficialMeta,
    Probes,
    Runtime,
    ServerMeta,
    ServerResponse,
    StatusDocument,
    Summary,
    Tool,
)
from hub_launch.run.counts import Counts
from hub_launch.run.health import Health as RunHealth
from hub_launch.run.health import Times
from hub_launch.run.offer import KINDS, Definition
from hub_launch.run.server import Server
from hub_launch.run.state import State
from hub_launch.version import __version__

# Of times in seconds: microseconds are what a clock can tell.
_DIGITS = 6


class View:
    """A hub, as a client sees it that reached it at `base`, e.g. `http://127.0.0.1:8080`."""

    def __init__(self, means: Means, base: str) -> None:
        self._means = means
        self.base = base.rstrip("/")
        """How that client names the hub, without a slash at the end."""

    def document(self) -> StatusDocument:
        """Everything."""
        return StatusDocument(hub=self.hub(), summary=self.summary(), servers=tuple(self.rows()))

    def hub(self) -> HubStatus:
        """The hub itself."""
        means = self._means
        return HubStatus(version=__version__, began=means.began, endpoint=f"{self.base}/mcp", sessions=means.sessions())

    def summary(self) -> Summary:
        """All servers together."""
        servers = self._servers()
        search = self._means.search
        cost = search.cost()
        return Summary(
            states=_states(servers),
            tools=sum(len(one.offer.tools) for one in servers if one.listed),
            tools_searched=search.on,
            tokens=cost.everything,
            tokens_offered=cost.offered,
            calls=sum(one.counts.total for one in servers),
            failures=sum(one.counts.failures for one in servers),
        )

    def health(self) -> HubHealth:
        """How the hub does."""
        servers = self._servers()
        coming = sum(one.serving or one.status.state in (State.PENDING, State.STARTING) for one in servers)
        # That is what its user wanted.
        stopped = sum(one.status.state is State.STOPPED and not one.serving for one in servers)
        states = _states(servers)
        if coming + stopped == len(servers):
            return HubHealth(status="ok", servers=states)
        return HubHealth(status="degraded" if coming else "failed", servers=states)

    def rows(self) -> Iterable[Runtime]:
        """What is known of each server."""
        return map(self.row, self._servers())

    def row(self, server: Server) -> Runtime:
        """What is known of a server."""
        status, greeting = server.status, server.offer.greeting
        capabilities = greeting.capabilities if greeting else {}
        return Runtime(
            id=status.id,
            title=status.title,
            kind=status.kind,
            state=status.state,
            reason=status.reason,
            hint=status.hint,
            note=status.note,
            resting=server.resting,
            offers=Offered(**{kind: len(getattr(server.offer, kind)) if server.listed else 0 for kind in KINDS}),
            capabilities=tuple(sorted(capabilities)),
            protocol=greeting.protocol_version if greeting else "",
            server_version=_own_version(server),
            start_seconds=round(status.seconds, _DIGITS),
            restarts=server.counts.restarts,
            calls=_calls(server.counts, server.in_flight),
            health=_health(server.health),
            instances=tuple(
                Instance(
                    state=one.status.state,
                    reason=one.status.reason,
                    health=_health(one.health),
                    in_flight=one.in_flight,
                )
                for one in server.instances
            ),
            endpoint=f"{self.base}/servers/{status.id}/mcp",
        )

    def listed(self, server: Server) -> ListedServer:
        """A server, as the official registry's clients know servers."""
        meta = ListedMeta(official=self._official(), runtime=self.row(server))
        return ListedServer(server=self._about(server), meta=meta)

    def details(self, server: Server) -> ServerResponse:
        """The same with all that is known of it."""
        greeting = server.offer.greeting
        runtime = Details(
            **dict(self.row(server)),
            all_capabilities=dict(greeting.capabilities) if greeting else {},
            instructions=server.offer.instructions,
            tools=tuple(map(_tool, server.offer.tools)) if server.listed else (),
        )
        return ServerResponse(server=self._about(server), meta=ServerMeta(official=self._official(), runtime=runtime))

    def _servers(self) -> list[Server]:
        return list(self._means.supervisor.servers.values())

    def _about(self, server: Server) -> Listed:
        about = server.planned.about if server.planned else None
        status = server.status
        address = RemoteAddress(type="streamable-http", url=f"{self.base}/servers/{status.id}/mcp")
        return Listed(
            name=about.name if about else f"local/{status.id}",
            title=status.title,
            description=about.description if about else status.title,
            # The official registry has no server without one.
            version=about.version if about else _own_version(server) or "0",
            remotes=(address,),
        )

    def _official(self) -> OfficialMeta:
        began = self._means.began
        return OfficialMeta(
            status="active", status_changed_at=began, published_at=began, updated_at=began, is_latest=True
        )


def _states(servers: Iterable[Server]) -> dict[State, int]:
    counted = Counter(one.status.state for one in servers)
    return {state: counted[state] for state in State if counted[state]}


def _own_version(server: Server) -> str:
    info = (server.offer.greeting.server_info if server.offer.greeting else None) or {}
    version = info.get("version")
    return version if isinstance(version, str) else ""


def _calls(counts: Counts, in_flight: int) -> Calls:
    return Calls(
        total=counts.total,
        tool_errors=counts.tool_errors,
        failures=counts.failures,
        in_flight=in_flight,
        latency=_latency(counts),
    )


def _latency(counts: Counts) -> Latency | None:
    usual = counts.usual()
    if usual is None:
        return None
    median, p95 = (round(seconds, _DIGITS) for seconds in usual)
    return Latency(last=round(counts.latest[-1], _DIGITS), median=median, p95=p95)


def _health(health: RunHealth) -> Health:
    probes = _probes(health.probes) if health.probes else None
    return Health(level=health.level, reason=health.reason, failures=health.failures, probes=probes)


def _probes(times: Times) -> Probes:
    return Probes(
        last=round(times.last, _DIGITS), median=round(times.median, _DIGITS), worst=round(times.worst, _DIGITS)
    )


def _tool(definition: Definition) -> Tool:
    # What is odd about the rest of it is its server's affair, and clients of MCP are shown it as it is.
    words = definition.words()
    return Tool.model_validate({key: words[key] for key in _TOOL if words.get(key) is not None})


_TOOL = tuple(field.alias or name for name, field in Tool.model_fields.items())
