"""Where traces and metrics go: OpenTelemetry's own variables say it, or Logfire's."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hub_launch.errors import ExitCode, HubError
from hub_launch.version import __version__

SERVICE = "mcp-hub"
# For what is still to be sent when the hub ends; Ctrl-C promises ten seconds in all. The libraries would try for a
# minute where nobody answers.
FLUSH_SECONDS = 2.0

_EXPORTERS = ("otlp", "console", "none")


@contextmanager
def otlp(environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Send what is traced and measured meanwhile, as the variables `OTEL_*` say; with OTLP over HTTP, unless they do.

    Raises HubError (exit 2) where the SDK is not installed, or an exporter is not known here.
    """
    try:
        from opentelemetry import metrics, trace
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise _missing("--otel", "otel") from error
    resource = Resource.create(_about(environ))
    tracers, meters = TracerProvider(resource=resource, shutdown_on_exit=False), None
    if exporter := _span_exporter(environ):
        tracers.add_span_processor(BatchSpanProcessor(exporter))
    if (exporter := _metric_exporter(environ)) is not None:
        meters = MeterProvider([PeriodicExportingMetricReader(exporter)], resource=resource, shutdown_on_exit=False)
        metrics.set_meter_provider(meters)
    trace.set_tracer_provider(tracers)
    try:
        yield
    finally:
        _in_time(*(provider.shutdown for provider in (tracers, meters) if provider))


@contextmanager
def logfire() -> Iterator[None]:
    """Send what is traced and measured meanwhile to Logfire, as the variables `LOGFIRE_*` say.

    Raises HubError (exit 2) where it is not installed, or does not know which project to send to.
    """
    try:
        import logfire as library
        from logfire.exceptions import LogfireConfigError
    except ImportError as error:
        raise _missing("--logfire", "logfire") from error
    try:
        library.configure(service_name=SERVICE, service_version=__version__, console=False, inspect_arguments=False)
    except LogfireConfigError as error:
        raise HubError(
            f"--logfire: {str(error).splitlines()[0]}", "set LOGFIRE_TOKEN to a project's write token", ExitCode.USAGE
        ) from error
    try:
        yield
    finally:
        _in_time(library.shutdown)


def _in_time(*ends: Callable[[], object]) -> None:
    """Do all of it at once, and wait no longer than FLUSH_SECONDS."""
    threads = [threading.Thread(target=end, daemon=True) for end in ends]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + FLUSH_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _about(environ: Mapping[str, str]) -> dict[str, Any]:
    named = environ.get("OTEL_SERVICE_NAME") or "service.name=" in environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return {"service.version": __version__} | ({} if named else {"service.name": SERVICE})


def _span_exporter(environ: Mapping[str, str]) -> Any:
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter

    return _exporter(environ, "OTEL_TRACES_EXPORTER", ConsoleSpanExporter, _otlp_spans)


def _metric_exporter(environ: Mapping[str, str]) -> Any:
    from opentelemetry.sdk.metrics.export import ConsoleMetricExporter

    return _exporter(environ, "OTEL_METRICS_EXPORTER", ConsoleMetricExporter, _otlp_metrics)


def _otlp_spans() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def _otlp_metrics() -> Any:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    return OTLPMetricExporter()


def _exporter(environ: Mapping[str, str], variable: str, console: Callable[[], Any], by_otlp: Callable[[], Any]) -> Any:
    """The exporter that a variable names, or None. Raises HubError (exit 2)."""
    name = environ.get(variable) or "otlp"
    if name not in _EXPORTERS:
        raise HubError(f"{variable}={name}: not an exporter of the hub's", f"{', '.join(_EXPORTERS)}", ExitCode.USAGE)
    if name == "none":
        return None
    try:
        return console() if name == "console" else by_otlp()
    except ImportError as error:
        raise _missing("--otel", "otel") from error


def _missing(option: str, extra: str) -> HubError:
    return HubError(
        f"{option}: its libraries are not installed", f'pip install "mcp-hub-launch[{extra}]"', ExitCode.USAGE
    )
