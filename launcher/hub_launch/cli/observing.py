"""What is written down and told to others of what a hub does."""

import argparse
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.run.observing import Observer, Observers


def add_observing(parser: argparse.ArgumentParser) -> None:
    """The options about logs, traces and metrics."""
    group = parser.add_argument_group("what is written down")
    group.add_argument(
        "--no-audit", action="store_true", help="keep no audit log of what was started and called (audit.jsonl)"
    )
    group.add_argument("--log-format", choices=("text", "json"), default="text", help="of the hub's own log, hub.log")
    group.add_argument(
        "--otel", action="store_true", help="send traces and metrics by OpenTelemetry, as the variables OTEL_* say"
    )
    group.add_argument("--logfire", action="store_true", help="send traces and metrics to Logfire (LOGFIRE_TOKEN)")


@contextlib.contextmanager
def observing(arguments: argparse.Namespace, settings: Settings) -> "Iterator[Observers]":
    """Those who hear of what the hub does, until it has ended. Raises HubError (exit 2) for libraries that are missing.

    Also has the libraries' own messages go to hub.log.
    """
    from hub_launch.hub.logs import log_to

    log_to(settings.log_dir / "hub.log", arguments.log_format)
    observers: list[Observer] = []
    with contextlib.ExitStack() as stack:
        if arguments.otel or arguments.logfire:
            # Here, since most hubs have neither, nor their libraries.
            from hub_launch.hub.exporting import logfire, otlp

            for wanted, sending in ((arguments.otel, otlp), (arguments.logfire, logfire)):
                if wanted:
                    stack.enter_context(sending())
            from hub_launch.hub.telemetry import Telemetry

            observers.append(Telemetry())
        if not arguments.no_audit:
            from hub_launch.hub.audit import Audit

            observers.append(stack.enter_context(Audit(settings.audit_file)))
        yield tuple(observers)
