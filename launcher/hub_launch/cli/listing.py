"""`hub-launch list`: all servers of the registries."""

import argparse
from collections.abc import Sequence

from hub_launch.catalog import IndexRow
from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.run import add_config
from hub_launch.cli.standing import standing_of
from hub_launch.cli.terminal import Terminal, note_all
from hub_launch.cli.waiting import open_registries
from hub_launch.errors import ExitCode
from hub_launch.index.registries import BROWSE_SECONDS, Found, Registries
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--all",
        action="store_true",
        help="your own servers of hub.yaml, too, and which are in there, and which run",
    )
    add_config(parser)
    add_registry(parser)
    add_format(parser, "yaml")


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print every server that can be started."""
    registries = open_registries(settings, terminal, BROWSE_SECONDS)
    if arguments.all:
        _print_marked(registries, arguments, settings, terminal)
    else:
        print_found(registries.all(), registries, arguments.format, terminal)
    return ExitCode.OK


def _print_marked(
    registries: Registries, arguments: argparse.Namespace, settings: Settings, terminal: Terminal
) -> None:
    """Servers of the registries and of hub.yaml, each with how it stands."""
    note_all(registries.notices, terminal)
    standing = standing_of(arguments.config, settings, terminal)
    rows = [
        {
            "id": found.address if registries.shadowed(found) else found.row.id,
            "version": found.row.version,
            "kinds": list(found.row.kinds),
            "state": "" if registries.shadowed(found) else standing.of(found.row.id),
            "description": _about(found.row),
        }
        for found in registries.all()
    ]
    own = [
        {"id": name, "version": "", "kinds": ["own"], "state": standing.of(name), "description": about}
        for name, about in standing.own.items()
    ]
    rows = sorted([*own, *(one for one in rows if one["id"] not in standing.own)], key=lambda one: str(one["id"]))
    if arguments.format == "table":
        columns = ("id", "version", "kind", "state", "description")
        terminal.table(columns, ([_cell(one) for one in row.values()] for row in rows))
    else:
        (terminal.json if arguments.format == "json" else terminal.yaml)(rows)


def _cell(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def print_found(found: Sequence[Found], registries: Registries, form: str, terminal: Terminal) -> None:
    """Servers as a table or as JSON."""
    note_all(registries.notices, terminal)
    if form in ("json", "yaml"):
        rows = [{**one.row.model_dump(mode="json"), "registry": one.registry.name} for one in found]
        (terminal.json if form == "json" else terminal.yaml)(rows)
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
