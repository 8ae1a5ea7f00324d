"""`hub-launch status`: what runs, in which state, and what it has done."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hub_launch.cli.hubs import add_hub, open_hub
from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.settings import Settings

COLUMNS = ("server", "state", "tools", "calls", "now", "median", "restarts", "memory", "")


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_format(parser)
    add_hub(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print it. Exit 0 whatever the state: it was asked and answered."""
    with open_hub(arguments, settings) as hub:
        status = hub.ask("status")
    if arguments.format == "json":
        terminal.json(status)
    else:
        terminal.note(about(status))
        terminal.table(COLUMNS, rows(status))
    return ExitCode.OK


def about(status: Mapping[str, Any]) -> str:
    """The hub itself, on one line."""
    where = (status["address"] and f"{status['address']}/mcp") or "standard input and output"
    config = f", as {status['config']} says" if status["config"] else ""
    return f"hub {status['hub']['version']} at {where}, process {status['pid']}{config}"


def rows(status: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """A row of COLUMNS for each server."""
    for one in status["servers"]:
        calls = one["calls"]
        latency = calls["latency"]
        yield (
            one["id"],
            one["state"],
            str(one["offers"]["tools"]),
            str(calls["total"]),
            str(calls["inFlight"]),
            milliseconds(latency["median"]) if latency else "",
            str(one["restarts"]),
            mebibytes(one["memory"]),
            "; ".join(filter(None, (one["reason"], one["hint"], one["note"]))),
        )


def milliseconds(seconds: float) -> str:
    """A time as people read it."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def mebibytes(count: int | None) -> str:
    """A size as people read it; nothing where it is not known."""
    return "" if count is None else f"{count / 1024**2:,.0f} MB"
