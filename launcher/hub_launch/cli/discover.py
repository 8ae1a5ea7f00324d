"""`hub-launch discover`: servers that are on this machine already, and how to add them."""

import argparse
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hub_launch.cli.changing import add_servers, agree_to_change, place_for
from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.clients.places import home_of_user
from hub_launch.discovery import containers, editors, python_files
from hub_launch.discovery.found import Discovered, Outcome
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import Context
from hub_launch.settings import Settings
from hub_launch.text import from_home, printable

ALL = "all"
_ON = {"enabled": True}


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "targets",
        nargs="*",
        metavar="FOLDER|URL",
        help="look for FastMCP servers in this folder, or for an API at this address (default: editors and containers)",
    )
    parser.add_argument(
        "--add",
        metavar="ID",
        action="append",
        default=[],
        help=f"write this one into hub.yaml, after it was shown; `--add {ALL}` is for every one",
    )
    parser.add_argument("-c", "--config", type=Path, metavar="FILE", help="the configuration to write to")
    parser.add_argument("-y", "--yes", action="store_true", help="agree to what is shown")
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print what is found. Exit 1 if something that was named could not be looked at."""
    outcomes = list(_outcomes(arguments.targets, settings))
    again = shlex.join(["hub-launch", "discover", *arguments.targets, "--add"])
    found = [
        one if one.add else replace(one, add=f"{again} {one.id}")
        for one in distinct([one for outcome in outcomes for one in outcome.found])
    ]
    for outcome in outcomes:
        for text in outcome.notes:
            terminal.note(f"note: {printable(text)}")
    if arguments.format == "json":
        terminal.json([_document(one) for one in found])
    elif not arguments.add:
        _print(found, terminal)
        arguments.add = _asked(found, terminal)
    if arguments.add:
        _add(_chosen(found, arguments.add), arguments, settings, terminal)
    return ExitCode.FAILED if any(one.failed for one in outcomes) else ExitCode.OK


def _outcomes(targets: Sequence[str], settings: Settings) -> Iterator[Outcome]:
    if not targets:
        yield editors.find(home_of_user(), Path.cwd())
        yield containers.find(Context.of_this_machine(Path, settings.work_dir))
    for target in targets:
        if target.startswith(("http://", "https://")):
            # Here, since what describes an API takes a while to import.
            from hub_launch.discovery import apis

            yield apis.find(target)
        elif Path(target).exists():
            yield python_files.find(Path(target))
        else:
            hint = "name a folder or a file of Python that is there, or http://127.0.0.1:8000 for a service"
            raise HubError(f"{printable(target)} is no folder and no http(s) address", hint, ExitCode.USAGE)


def distinct(found: Sequence[Discovered]) -> list[Discovered]:
    """Each server once, with ids that differ: several editors may have the same one, or others of the same name."""
    kept: list[Discovered] = []
    for one in sorted(found, key=_is_off):
        if any(_same(one, other) for other in kept):
            continue
        taken = {other.id for other in kept}
        name = next(made for number in range(1, len(found) + 2) if (made := _numbered(one.id, number)) not in taken)
        kept.append(replace(one, id=name))
    return kept


def _same(one: Discovered, other: Discovered) -> bool:
    """Whether it is the same server, though perhaps disabled in one of the places."""
    if one.server is None or other.server is None:
        return False
    return one.kind == other.kind and one.what == other.what and {**one.server, **_ON} == {**other.server, **_ON}


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name[:60].rstrip('-')}-{number}"


def _print(found: Sequence[Discovered], terminal: Terminal) -> None:
    # For people short, for scripts in full.
    shown = from_home if terminal.out.isatty() else str
    for one in found:
        terminal.print(f"{one.id}  ({one.kind}, {printable(shown(one.where))})")
        terminal.print(f"  is      {printable(shown(one.what))}")
        if _is_off(one):
            terminal.print("  is off  and would be added so; `hub-launch enable` turns it on")
        if one.missing:
            terminal.print(f"  needs   {', '.join(map(printable, one.missing))}, whose values are not copied")
        terminal.print(f"  add it  {printable(shown(one.add))}")
    if not found:
        terminal.note("Nothing was found; name a folder with Python files, or the address of an API")


def _asked(found: Sequence[Discovered], terminal: Terminal) -> list[str]:
    """The ids that the user types, where somebody can."""
    if not found or not terminal.interactive:
        return []
    answer = terminal.ask(f"Add some of them? Their ids, `{ALL}`, or Enter for none: ")
    return answer.replace(",", " ").split()


def _is_off(one: Discovered) -> bool:
    return one.server is not None and one.server.get("enabled") is False


def _document(one: Discovered) -> dict[str, Any]:
    return {key: value for key, value in asdict(one).items() if key != "files"}


def _chosen(found: Sequence[Discovered], wanted: Sequence[str]) -> list[Discovered]:
    """Those to add. Raises HubError (exit 2) for an id that was not found."""
    ids = [one.id for one in found]
    for name in wanted:
        if name not in (ALL, *ids):
            hint = f"there is {', '.join(ids)}" if ids else "nothing was found"
            raise HubError(f"--add {printable(name)}: no such server was found", hint, ExitCode.USAGE)
    return [one for one in found if ALL in wanted or one.id in wanted]


def _add(chosen: Sequence[Discovered], arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> None:
    servers = {one.id: one.server for one in chosen if one.server is not None}
    if servers:
        path = place_for(arguments.config, Path.cwd(), settings.config_dir)
        files = {path.with_name(name): data for one in chosen if one.server for name, data in one.files.items()}
        add_servers(path, servers, terminal, arguments.argv, approved=arguments.yes, files=files)
    for one in chosen:
        _note_missing(one, terminal)
        if one.server is None:
            _publish(one, arguments, settings, terminal)


def _note_missing(one: Discovered, terminal: Terminal) -> None:
    unset = [name for name in one.missing if name not in os.environ]
    if unset:
        terminal.note(f"{one.id} needs {', '.join(unset)}: set them, write them into .env, or put keyring:NAME there")


def _publish(one: Discovered, arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> None:
    """Put an API into the user's own registry. Raises HubError if it is not such that it could be an entry."""
    # Here: judging takes a quarter of a second to import.
    from hub_launch.cli.analyze import entry_bytes
    from hub_launch.cli.overlay import overlay_of

    terminal.note(f"into your own registry, {printable(str(settings.overlay_dir))}: {one.id}, {printable(one.what)}")
    agree_to_change(terminal, arguments.argv, approved=arguments.yes)
    (data,) = one.files.values()
    published = overlay_of(settings).publish(entry_bytes(one.where, data, one.id), is_json=False)
    terminal.note(f"{published.entry.id} is published here; `hub-launch {published.entry.id}` shows what it would run")
