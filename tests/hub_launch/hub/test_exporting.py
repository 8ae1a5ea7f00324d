"""Where telemetry goes, each in a process of its own: OpenTelemetry's providers are set once for all."""

import http.server
import os
import subprocess
import sys
import threading

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.exporting import otlp

PROGRAM = """
import sys
from hub_launch.hub import exporting
from hub_launch.run.messages import fields_of, raw
with getattr(exporting, sys.argv[1])():
    from hub_launch.hub.telemetry import Telemetry
    from hub_launch.run.observing import Asked, Origin, Watch
    watch = Watch([Telemetry()], Asked("files", "tools/call", fields_of(raw({"name": "read"})), Origin()))
    watch.over("done")
print("ended")
"""


@pytest.fixture
def export():
    """Traces one call in a process with these variables; its process, which has ended."""

    def run(**variables):
        usual = {key: value for key, value in os.environ.items() if not key.startswith("OTEL_")}
        words = [sys.executable, "-P", "-W", "error", "-c", PROGRAM, "otlp"]
        return subprocess.run(words, env=usual | variables, capture_output=True, text=True, timeout=60)

    return run


@pytest.fixture
def collector():
    """An OTLP collector; what it was sent, by path."""
    sent = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            sent.setdefault(self.path, []).append((dict(self.headers), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()


def test_a_collector_gets_traces_and_metrics_as_the_standard_variables_say(export, collector):
    address, sent = collector
    ran = export(
        OTEL_EXPORTER_OTLP_ENDPOINT=address, OTEL_EXPORTER_OTLP_HEADERS="x-key=k", OTEL_EXPORTER_OTLP_COMPRESSION="none"
    )
    assert (ran.returncode, ran.stdout) == (0, "ended\n"), ran.stderr
    assert sorted(sent) == ["/v1/metrics", "/v1/traces"]
    headers, body = sent["/v1/traces"][0]
    assert (headers["x-key"], b"tools/call read" in body, b"mcp-hub" in body) == ("k", True, True)
    assert b"mcp.server.operation.duration" in sent["/v1/metrics"][0][1]


@pytest.mark.parametrize("variable", ["OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"])
def test_a_name_that_was_given_is_kept(export, variable):
    given = "mine" if variable == "OTEL_SERVICE_NAME" else "service.name=mine"
    ran = export(OTEL_TRACES_EXPORTER="console", OTEL_METRICS_EXPORTER="none", **{variable: given})
    assert '"service.name": "mine"' in ran.stdout, ran.stderr


def test_a_collector_that_is_not_there_holds_up_the_end_for_a_moment_only(export):
    ran = export(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    assert (ran.returncode, ran.stdout) == (0, "ended\n")


def test_an_exporter_that_is_not_known_is_named():
    with (
        pytest.raises(HubError, match="OTEL_TRACES_EXPORTER=zipkin") as caught,
        otlp({"OTEL_TRACES_EXPORTER": "zipkin"}),
    ):
        pass
    assert caught.value.code == ExitCode.USAGE


@pytest.mark.parametrize("how", ["otlp", "logfire"])
def test_libraries_that_are_missing_are_named_with_what_to_install(how):
    hide = f"import sys; sys.modules['opentelemetry.sdk'] = sys.modules['logfire'] = None\n{PROGRAM}"
    words = [sys.executable, "-P", "-c", hide, how]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=60)
    option, extra = ("--otel", "otel") if how == "otlp" else ("--logfire", "logfire")
    assert f"HubError: {option}: its libraries are not installed" in ran.stderr
    assert extra in ran.stderr
