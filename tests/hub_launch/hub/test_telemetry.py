"""Traces and metrics, as the SDK's own exporters in memory get them."""

import json

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from hub_launch.hub.audit import session_name
from hub_launch.hub.telemetry import BOUNDS, Telemetry
from hub_launch.plan import StdioLaunch
from hub_launch.run.means import Means
from hub_launch.run.messages import fields_of, object_of, raw
from hub_launch.run.observing import CANCELLED, Asked, Origin, Watch

SECRET = "hush-0123456789abcdef"
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"


class Memory:
    """Telemetry, and all that it sent."""

    def __init__(self):
        self._spans = InMemorySpanExporter()
        tracers = TracerProvider()
        tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._metrics = InMemoryMetricReader()
        self.telemetry = Telemetry(tracers, MeterProvider([self._metrics]))

    def ask(self, method="tools/call", outcome="done", origin=None, **params):
        """One request; what the server is sent."""
        fields = fields_of(raw({"name": "read"} | params))
        watch = Watch([self.telemetry], Asked("files", method, fields, origin))
        watch.over(outcome)
        return object_of(raw(watch.params))

    def spans(self):
        """By kind; the hub's own and those for its servers."""
        found = {SpanKind.SERVER: [], SpanKind.CLIENT: []}
        for span in self._spans.get_finished_spans():
            found[span.kind].append(span)
        return found[SpanKind.SERVER], found[SpanKind.CLIENT]

    def metrics(self):
        """By name."""
        data = self._metrics.get_metrics_data()
        ours = [one for resource in data.resource_metrics for scope in resource.scope_metrics for one in scope.metrics]
        return {one.name: one.data.data_points for one in ours}

    def everything(self):
        return json.dumps([span.to_json() for span in self._spans.get_finished_spans()]) + str(self.metrics())


@pytest.fixture
def memory():
    return Memory()


def test_a_request_is_a_span_of_the_hubs_and_one_for_the_server_in_it(memory):
    memory.ask(origin=Origin(address="127.0.0.1", session=b"the-id", number=7))
    (ours,), (theirs,) = memory.spans()
    assert theirs.parent.span_id == ours.context.span_id
    assert ours.name == theirs.name == "tools/call read"
    about = {
        "mcp.method.name": "tools/call",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "read",
        "mcp_hub.server": "files",
    }
    assert theirs.attributes == about
    assert ours.attributes == about | {
        "network.transport": "tcp",
        "jsonrpc.request.id": "7",
        "mcp.session.id": session_name(b"the-id"),
        "client.address": "127.0.0.1",
    }


@pytest.mark.parametrize(
    ("method", "name", "attribute"),
    [("prompts/get", "prompts/get read", "gen_ai.prompt.name"), ("resources/read", "resources/read", None)],
)
def test_a_span_is_named_after_what_has_few_names(memory, method, name, attribute):
    memory.ask(method, origin=Origin(modern=True), uri=f"file:///{SECRET}")
    (ours,), _ = memory.spans()
    assert ours.name == name
    assert attribute is None or ours.attributes[attribute] == "read"
    assert ours.attributes["mcp.protocol.version"] == "2026-07-28"
    assert ours.attributes["network.transport"] == "pipe"


@pytest.mark.parametrize("outcome", ["tool_error", "down", "late", CANCELLED])
def test_a_request_that_failed_is_an_error_of_that_type(memory, outcome):
    memory.ask(outcome=outcome, origin=Origin())
    for (span,) in memory.spans():
        assert (span.attributes["error.type"], span.status.status_code) == (outcome, StatusCode.ERROR)
    (point,) = memory.metrics()["mcp.server.operation.duration"]
    assert point.attributes["error.type"] == outcome


@pytest.mark.parametrize("place", ["meta", "headers"])
def test_the_clients_trace_goes_on_to_the_server(memory, place):
    if place == "meta":
        sent = memory.ask(origin=Origin(), _meta={"traceparent": PARENT, "tracestate": "a=b", "mine": 1})
    else:
        headers = [(b"traceparent", PARENT.encode()), (b"tracestate", b"a=b"), (b"baggage", SECRET.encode())]
        sent = memory.ask(origin=Origin(headers=headers), _meta={"mine": 1})
    (ours,), (theirs,) = memory.spans()
    assert (f"{ours.context.trace_id:032x}", f"{ours.parent.span_id:016x}") == (TRACE, SPAN)
    assert sent["_meta"] == {
        "mine": 1,
        "traceparent": f"00-{TRACE}-{theirs.context.span_id:016x}-01",
        "tracestate": "a=b",
    }


def test_what_the_message_says_counts_before_what_its_headers_say(memory):
    other = Origin(headers=[(b"traceparent", PARENT.replace("4bf9", "0000").encode())])
    memory.ask(origin=other, _meta={"traceparent": PARENT})
    (ours,), _ = memory.spans()
    assert f"{ours.context.trace_id:032x}" == TRACE


@pytest.mark.parametrize("broken", ["", "x", f"00-{'0' * 32}-{SPAN}-01", 7, None, ["x"]])
def test_a_trace_that_is_none_is_begun_anew(memory, broken):
    sent = memory.ask(origin=Origin(), _meta={"traceparent": broken})
    (ours,), _ = memory.spans()
    assert ours.parent is None
    assert f"{ours.context.trace_id:032x}" in sent["_meta"]["traceparent"]


def test_of_requests_that_fastmcp_traces_only_what_the_server_is_asked_is_a_span(memory):
    memory.ask(_meta={"traceparent": PARENT})
    ours, (theirs,) = memory.spans()
    assert ours == []
    assert f"{theirs.parent.span_id:016x}" == SPAN


def test_what_requests_took_is_measured_by_the_conventions_bounds(memory):
    memory.ask(origin=Origin())
    memory.ask()
    measured = memory.metrics()
    assert [point.count for point in measured["mcp.server.operation.duration"]] == [1]
    assert [point.count for point in measured["mcp.client.operation.duration"]] == [2]
    assert measured["mcp.client.operation.duration"][0].explicit_bounds == BOUNDS


def test_starts_are_counted(memory):
    for _ in range(3):
        memory.telemetry.started(StdioLaunch("files", "Files", "npm", ("node",)))
    (point,) = memory.metrics()["mcp_hub.server.starts"]
    assert (point.value, point.attributes) == (3, {"mcp_hub.server": "files"})


def test_no_value_no_token_and_no_session_is_sent(memory):
    headers = [(b"authorization", SECRET.encode()), (b"cookie", SECRET.encode()), (b"baggage", SECRET.encode())]
    origin = Origin(who="token", session=SECRET.encode(), info=raw(SECRET), headers=headers)
    memory.ask(origin=origin, arguments={"key": SECRET}, uri=f"file:///{SECRET}", _meta={"x": SECRET})
    memory.telemetry.started(StdioLaunch("files", "Files", "npm", ("node", SECRET), secrets=frozenset({SECRET})))
    assert SECRET not in memory.everything()


# At a hub


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
@pytest.mark.parametrize("hub", ["fast path", "fastmcp"], indirect=True)
async def test_the_server_is_told_of_the_trace(hub, launch, memory, mode, tmp_path):
    running = await hub(launch("aa"), means=Means(observers=(memory.telemetry,)))
    async with running.client(mode=mode) as client:
        await client.call_tool("aa_echo", {"n": 1}, meta={"traceparent": PARENT})
    theirs = [span for span in memory.spans()[1] if span.name == "tools/call echo"]
    assert [f"{span.context.trace_id:032x}" for span in theirs] == [TRACE]


async def test_a_trace_in_http_headers_goes_on(hub, launch, memory, wire):
    running = await hub(launch("aa"), means=Means(observers=(memory.telemetry,)))
    client = await wire(running, modern=True)
    await client.ask("tools/call", {"name": "aa_echo", "arguments": {}}, headers={"traceparent": PARENT})
    (ours,), (theirs,) = memory.spans()
    assert (f"{ours.parent.span_id:016x}", theirs.parent.span_id) == (SPAN, ours.context.span_id)
