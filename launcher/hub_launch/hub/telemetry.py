"""Traces and metrics of what is asked of servers, by OpenTelemetry and its conventions for MCP.

https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/ (in development, as of 2026). A request is two spans: what the
client asked of the hub, and what the hub asked of the server. The trace goes on where the client's ended, and the
server is told of it: `traceparent` in `_meta`, or in HTTP's headers where there is none.
"""

import time
from collections.abc import Mapping
from typing import Any

from msgspec import Raw
from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from hub_launch.hub.audit import session_name
from hub_launch.hub.outcome import Outcome
from hub_launch.plan import StdioLaunch
from hub_launch.run.eras import MODERN
from hub_launch.run.messages import NO_FIELDS, Fields, as_object, fields_of, raw, text_of
from hub_launch.run.observing import Asked
from hub_launch.version import __version__

# Of the conventions, in seconds.
BOUNDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)
# W3C Trace Context. Its sister, Baggage, holds what a client told its own services, and is none of a server's business.
_CARRIED = ("traceparent", "tracestate")
_carrier = TraceContextTextMapPropagator()
_WELL = frozenset({Outcome.DONE.name.lower()})

Attributes = dict[str, Any]


class Telemetry:
    """See Observer. Without providers it speaks to those that the process has."""

    def __init__(
        self, tracers: trace.TracerProvider | None = None, meters: metrics.MeterProvider | None = None
    ) -> None:
        self._tracer = trace.get_tracer("hub_launch", __version__, tracers)
        meter = metrics.get_meter("hub_launch", __version__, meters)
        self._durations = {
            kind: meter.create_histogram(
                f"mcp.{kind}.operation.duration",
                unit="s",
                description=f"What a request took, as the {kind} sees it.",
                explicit_bucket_boundaries_advisory=BOUNDS,
            )
            for kind in ("server", "client")
        }
        self._starts = meter.create_counter("mcp_hub.server.starts", unit="{start}", description="Processes started.")

    def started(self, launch: StdioLaunch) -> None:
        """See Observer."""
        self._starts.add(1, {"mcp_hub.server": launch.id})

    def asked(self, asked: Asked) -> "_Spans":
        """See Observer."""
        return _Spans(self._tracer, self._durations, asked)


class _Spans:
    """See Answered."""

    def __init__(self, tracer: trace.Tracer, durations: Mapping[str, metrics.Histogram], asked: Asked) -> None:
        self._durations = durations
        self._began = time.perf_counter()
        self._attributes = _attributes(asked)
        target = self._attributes.get("gen_ai.tool.name") or self._attributes.get("gen_ai.prompt.name")
        name = f"{asked.method} {target}" if target else asked.method
        context = _context(asked)
        self._spans = []
        if asked.origin:
            about = self._attributes | _of_client(asked)
            self._spans.append(tracer.start_span(name, context, SpanKind.SERVER, about))
            context = trace.set_span_in_context(self._spans[0], context)
        self._spans.append(tracer.start_span(name, context, SpanKind.CLIENT, self._attributes))
        self.params = _carrying(asked.params, trace.set_span_in_context(self._spans[-1], context))

    def over(self, outcome: str) -> None:
        """See Answered."""
        seconds = time.perf_counter() - self._began
        attributes = self._attributes if outcome in _WELL else self._attributes | {"error.type": outcome}
        for span in reversed(self._spans):
            if outcome not in _WELL:
                span.set_attribute("error.type", outcome)
                span.set_status(StatusCode.ERROR)
            span.end()
        if len(self._spans) > 1:
            self._durations["server"].record(seconds, attributes)
        self._durations["client"].record(seconds, attributes)


def _attributes(asked: Asked) -> Attributes:
    """What both spans and the metrics say: a handful of values each, or metrics would have no end."""
    about: Attributes = {"mcp.method.name": asked.method, "mcp_hub.server": asked.server}
    name = text_of(asked.params.get("name"))
    if asked.method == "tools/call" and name:
        about |= {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name}
    elif asked.method == "prompts/get" and name:
        about["gen_ai.prompt.name"] = name
    return about


def _of_client(asked: Asked) -> Attributes:
    origin = asked.origin
    if origin is None:
        return {}
    about: Attributes = {"network.transport": "tcp" if origin.address else "pipe"}
    if origin.modern:
        about["mcp.protocol.version"] = MODERN
    if origin.number is not None:
        about["jsonrpc.request.id"] = str(origin.number)
    if origin.session:
        # A name for it: the id itself opens the session to whoever reads it here.
        about["mcp.session.id"] = session_name(origin.session)
    if origin.address:
        about["client.address"] = origin.address
    return about


def _context(asked: Asked) -> Context:
    """The trace that the client is in."""
    meta = fields_of(asked.params.get("_meta", NO_FIELDS)) or {}
    carried = {name: text for name in _CARRIED if (text := text_of(meta.get(name)))}
    if "traceparent" not in carried and asked.origin:
        headers = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in asked.origin.headers)
        carried |= {name: value for name, value in headers if name in _CARRIED}
    return _carrier.extract(carried)


def _carrying(params: Fields, context: Context) -> Fields:
    """The parameters, with the trace that the server is in."""
    carrier: dict[str, str] = {}
    _carrier.inject(carrier, context)
    if not carrier:
        return params
    meta: dict[str, Raw] = fields_of(params.get("_meta", NO_FIELDS)) or {}
    return {**params, "_meta": as_object(meta | {name: raw(value) for name, value in carrier.items()})}
