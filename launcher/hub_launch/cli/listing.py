"""`hub-launch list`: all servers of the registry."""

import argparse
from collections.abc import Sequence

from hub_launch.catalog import IndexRow
from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.index.registry import Registry
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_registry(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print every server that can be started."""
    registry = Registry.open(settings)
    rows = [row for row in registry.index.servers if row.status != "withdrawn"]
    print_rows(rows, registry, arguments.format, terminal)
    return ExitCode.OK


def print_rows(rows: Sequence[IndexRow], registry: Registry, form: str, terminal: Terminal) -> None:
    """Index rows as a table or as JSON."""
    if registry.notice:
        terminal.note(f"note: {registry.notice}")
    if form == "json":
        terminal.json([row.model_dump(mode="json") for row in rows])
    elif rows:
        columns = ("id", "version", "kind", "description")
        terminal.table(columns, ((row.id, row.version, ", ".join(row.kinds), _about(row)) for row in rows))


def _about(row: IndexRow) -> str:
    return row.description if row.status == "active" else f"({row.status}) {row.description}"
