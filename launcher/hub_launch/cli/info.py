"""`hub-launch info`: everything about one server, from the index alone."""

import argparse
from collections.abc import Iterator

from hub_launch.catalog import Entry, IndexRow, to_server
from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.terminal import Terminal, note_all, note_hidden
from hub_launch.cli.waiting import open_registries
from hub_launch.errors import ExitCode
from hub_launch.index.registries import BROWSE_SECONDS
from hub_launch.plan import Parameter, parameters_of
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("id", help="the server's id")
    add_registry(parser)
    add_format(parser, "yaml")


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print the entry."""
    registries = open_registries(settings, terminal, BROWSE_SECONDS, [arguments.id])
    note_all(registries.notices, terminal)
    found = registries.resolve(arguments.id, withdrawn=True)
    note_hidden(found, terminal)
    entry = found.entry()
    if arguments.format == "json":
        terminal.json(to_server(entry))
        return ExitCode.OK
    if arguments.format == "yaml":
        terminal.yaml(entry.model_dump(mode="json", by_alias=True, exclude_unset=True))
        return ExitCode.OK
    for line in _lines(entry, found.row):
        terminal.print(printable(line))
    return ExitCode.OK


def _lines(entry: Entry, row: IndexRow) -> Iterator[str]:
    yield f"{entry.title} ({entry.id}) {entry.version}"
    yield f"  {entry.description}"
    yield ""
    facts = {
        "status": "" if entry.status == "active" else entry.status,
        "name": entry.name,
        "license": entry.license,
        "repository": entry.repository.url if entry.repository else "",
        "website": entry.website_url or "",
        "categories": ", ".join(entry.categories),
        "started as": ", ".join(row.kinds),
        "network": _network(entry),
        "files": entry.permissions.filesystem if entry.permissions else "none",
    }
    yield from (f"{name:<12}{value}" for name, value in facts.items() if value)
    parameters = parameters_of(entry)
    if parameters:
        yield ""
        yield "parameters"
        yield from (_parameter(parameter) for parameter in parameters)
    if entry.status == "withdrawn":
        return
    yield ""
    required = [f"--set {entry.id}.{one.name}=…" for one in parameters if one.input.is_required]
    yield f"start it with: {' '.join(['hub-launch', entry.id, *required])}"


def _network(entry: Entry) -> str:
    network = entry.permissions.network if entry.permissions else "none"
    return network if isinstance(network, str) else ", ".join(network)


def _parameter(parameter: Parameter) -> str:
    wanted = parameter.input
    notes = ["required"] if wanted.is_required else []
    notes += ["secret"] if wanted.is_secret else []
    notes += ["repeatable"] if parameter.repeated else []
    notes += [f"default {wanted.default}"] if wanted.default is not None else []
    notes += [f"one of {', '.join(wanted.choices)}"] if wanted.choices else []
    about = f" ({', '.join(notes)})" if notes else ""
    return f"  {parameter.name:<20}{wanted.description or ''}{about}"
