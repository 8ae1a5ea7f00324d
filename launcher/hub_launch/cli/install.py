"""`hub-launch install`, `uninstall` and `clients`: the hub in editors and assistants."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hub_launch.cli.agree import agree
from hub_launch.cli.options import add_format, add_start, parse_settings
from hub_launch.cli.prepare import prepare
from hub_launch.cli.run import prepared_of, read_config, settings_with
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.told import registry_words
from hub_launch.clients.client import Entry
from hub_launch.clients.editing import current, described, differing, put, take_out
from hub_launch.clients.places import Target, home_of_user
from hub_launch.clients.table import CLIENTS
from hub_launch.config.defaults import DEFAULT_HOST, DEFAULT_PORT
from hub_launch.errors import ExitCode, HubError
from hub_launch.programs import find_program
from hub_launch.settings import Settings
from hub_launch.text import printable

URL = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}/mcp"


def options(parser: argparse.ArgumentParser) -> None:
    """The commands' options; see COMMANDS for which is which."""
    word = parser.prog.rpartition(" ")[2]
    add_format(parser)
    if word == "clients":
        return
    parser.add_argument("client", choices=CLIENTS, metavar="CLIENT", help=", ".join(CLIENTS))
    parser.add_argument("--project", action="store_true", help="the file of the project in this folder, not the user's")
    if word == "uninstall":
        parser.add_argument("-y", "--yes", action="store_true", help="agree to what is shown")
        return
    parser.add_argument("ids", nargs="*", metavar="ID", help="servers of the registry (default: what hub.yaml says)")
    parser.add_argument("-c", "--config", type=Path, metavar="FILE", help="the configuration to start the hub with")
    parser.add_argument("--profile", metavar="NAME", help="its profile")
    parser.add_argument("--url", nargs="?", const=URL, help=f"a hub that runs already, instead (default {URL})")
    add_start(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Do what the command says."""
    if arguments.command == "clients":
        return _list(arguments, settings, terminal)
    target = _target(arguments.client, settings, project=arguments.project)
    before = target.read()
    there = current(before, target.client, str(target.path))
    if arguments.command == "uninstall":
        return _uninstall(target, before, there, arguments, terminal)
    entry = _entry(target, arguments, settings, terminal)
    if there == entry:
        terminal.note(f"{target.client.title} has the hub already: {described(entry)}")
        _print(target, None, arguments, terminal)
        return ExitCode.OK
    rest = take_out(before, target.client, target.added(), str(target.path)) if there is not None else before
    after, piece = put(rest, target.client, entry, str(target.path))
    backup = _change(target, before, after, arguments, terminal)
    target.remember(piece)
    does = f"reaches the hub at {printable(arguments.url)}" if arguments.url else "starts the hub"
    terminal.note(f"{target.client.title} {does} from now on; it may have to be restarted")
    _print(target, backup, arguments, terminal)
    return ExitCode.OK


def _print(target: Target, backup: Path | None, arguments: argparse.Namespace, terminal: Terminal) -> None:
    if arguments.format == "json":
        place = {"client": target.name, "file": str(target.path), "backup": str(backup) if backup else None}
        terminal.json({**place, "hub": current(target.read(), target.client, str(target.path))})


def _uninstall(
    target: Target, before: str, there: Entry | None, arguments: argparse.Namespace, terminal: Terminal
) -> int:
    if there is None:
        raise HubError(
            f"{printable(str(target.path))} has no hub", "`hub-launch clients` shows who has", ExitCode.USAGE
        )
    after = take_out(before, target.client, target.added(), str(target.path))
    backup = _change(target, before, after, arguments, terminal)
    target.forget()
    terminal.note(f"{target.client.title} has the hub no longer")
    _print(target, backup, arguments, terminal)
    return ExitCode.OK


def _change(target: Target, before: str, after: str, arguments: argparse.Namespace, terminal: Terminal) -> Path | None:
    """Show the difference, ask, and write; returns where what was is. Raises HubError (exit 4) if nobody agrees."""
    terminal.note(printable(str(target.path)))
    for line in differing(before, after):
        terminal.note(f"  {line}")
    if not arguments.yes:
        terminal.require_yes(
            "Change the file? [y/N] ",
            nobody="Nobody is there to agree to this change",
            hint="add --yes",
            refused="Nothing was changed",
        )
    if backup := target.write(before, after):
        terminal.note(f"what it was is in {printable(str(backup))}")
    return backup


def _entry(target: Target, arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> Entry:
    """The hub as the client should have it. Servers that it starts are agreed to first: nobody can be asked then."""
    client = target.client
    if arguments.url:
        if client.http is None:
            raise HubError(f"{client.title} starts its servers itself", "leave --url out", ExitCode.USAGE)
        return client.http(arguments.url)
    program = find_program("hub-launch") or str(Path(sys.argv[0]).absolute())
    return client.stdio(program, tuple(_words(arguments, settings, terminal)))


def _words(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> Sequence[str]:
    if arguments.ids:
        prepared = prepare(arguments.ids, parse_settings(arguments.settings), settings, terminal)
        prepared.require_some()
        agree(prepared, settings, terminal, arguments.argv, approved=arguments.yes)
        given = [word for text in arguments.settings for word in ("--set", text)]
        return ["--stdio", *arguments.ids, *given, *registry_words(settings)]
    configuration = read_config(arguments, settings)
    beside = settings_with(configuration, settings, arguments)
    prepared = prepared_of(configuration, arguments.profile, beside, terminal, {})
    agree(prepared, beside, terminal, arguments.argv, approved=arguments.yes)
    profile = ["--profile", arguments.profile] if arguments.profile else []
    return ["run", "--stdio", "--config", str(configuration.path), *profile, *registry_words(settings)]


def _target(name: str, settings: Settings, *, project: bool) -> Target:
    client = CLIENTS[name]
    if project and not client.project:
        raise HubError(f"{client.title} has no file of a project", "leave --project out", ExitCode.USAGE)
    path = Path.cwd() / client.project if project else client.file(home_of_user())
    return Target(name, client, path, settings.state_dir / "clients")


def _list(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    rows = list(_found(settings))
    if arguments.format == "json":
        terminal.json(rows)
    else:
        terminal.table(("client", "hub", "file"), ((one["client"], one["hub"], one["file"]) for one in rows))
        if not rows:
            terminal.note(f"none of these is on this machine: {', '.join(CLIENTS)}")
    return ExitCode.OK


def _found(settings: Settings) -> Iterator[dict[str, Any]]:
    """The clients whose files, or whose folders, are on this machine."""
    for name in CLIENTS:
        target = _target(name, settings, project=False)
        if not target.path.parent.is_dir() or (target.path.parent == Path.home() and not target.path.exists()):
            continue
        try:
            there = current(target.read(), target.client, str(target.path))
        except HubError as error:
            yield {"client": name, "hub": f"? {error.message}", "file": str(target.path)}
            continue
        yield {"client": name, "hub": "" if there is None else described(there) or "yes", "file": str(target.path)}
