"""`hub-launch list`: all servers of the registries."""

import argparse
from collections.abc import Sequence

from hub_launch.catalog import IndexRow
from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.terminal import Terminal, note_all
from hub_launch.errors import ExitCode
from hub_launch.index.registries import BROWSE_SECONDS, Found, Registries
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_registry(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print every server that can be started."""
    registries = Registries.open(settings, BROWSE_SECONDS)
    print_found(registries.all(), registries, arguments.format, terminal)
    return ExitCode.OK


def print_found(found: Sequence[Found], registries: Registries, form: str, terminal: Terminal) -> None:
    """Servers as a table or as JSON."""
    note_all(registries.notices, terminal)
    if form == "json":
        terminal.json([{**one.row.model_dump(mode="json"), "registry": one.registry.name} for one in found])
    elif found:
        columns = ("id", "version", "kind", "description")
        terminal.table(columns, (_cells(one, registries) for one in found))


def _cells(found: Found, registries: Registries) -> tuple[str, ...]:
    row = found.row
    # What an id alone does not mean is shown by the address that does.
    name = found.address if registries.shadowed(found) else row.id
    return name, row.version, ", ".join(row.kinds), _about(row)


def _about(row: IndexRow) -> str:
    return row.description if row.status == "active" else f"({row.status}) {row.description}"
