"""`/metrics`: what servers do, in Prometheus' words, read off them when somebody asks."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from hub_launch.hub.rest.means import Means
from hub_launch.run.counts import BOUNDS, Counts
from hub_launch.run.server import Server
from hub_launch.run.state import State
from hub_launch.version import __version__

_LABEL = ("server",)


def exposition(means: Means, accept: str) -> tuple[bytes, str]:
    """The metrics of a hub and their content type, in the form that the Accept header wants."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Hub(means))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Hub(Collector):
    def __init__(self, means: Means) -> None:
        self._means = means

    def collect(self) -> Iterator[Metric]:
        servers = self._means.supervisor.servers
        yield InfoMetricFamily("hub", "The hub.", value={"version": __version__})
        yield GaugeMetricFamily("hub_start_time_seconds", "When it started.", value=self._means.began.timestamp())
        yield GaugeMetricFamily("hub_sessions", "Sessions that clients have opened.", value=self._means.sessions())
        yield _states(list(servers.values()))
        restarts = CounterMetricFamily("hub_server_restarts", "Starts after an end by itself.", labels=_LABEL)
        flight = GaugeMetricFamily("hub_calls_in_flight", "Calls that are going on.", labels=_LABEL)
        calls = CounterMetricFamily("hub_calls", "Calls that are over, by outcome.", labels=(*_LABEL, "outcome"))
        seconds = HistogramMetricFamily("hub_call_seconds", "How long calls took.", labels=_LABEL)
        for name, server in servers.items():
            counts = server.counts
            restarts.add_metric([name], counts.restarts)
            flight.add_metric([name], server.in_flight)
            for outcome, number in _outcomes(counts).items():
                calls.add_metric([name, outcome], number)
            seconds.add_metric([name], _buckets(counts), counts.seconds)
        yield from (restarts, flight, calls, seconds)


def _states(servers: list[Server]) -> Metric:
    states = GaugeMetricFamily("hub_servers", "Servers by state.", labels=("state",))
    for state in State:
        states.add_metric([state], sum(one.status.state is state for one in servers))
    return states


def _outcomes(counts: Counts) -> dict[str, int]:
    return {
        "ok": counts.total - counts.tool_errors - counts.failures,
        "tool_error": counts.tool_errors,
        "failure": counts.failures,
    }


def _buckets(counts: Counts) -> list[tuple[str, float]]:
    """Upper bound -> how many calls took no longer."""
    bounds = [*map(str, BOUNDS), "+Inf"]
    return [(bound, sum(counts.buckets[: place + 1])) for place, bound in enumerate(bounds)]
