"""`hub-launch auth`: signing in to remote servers that want to know who asks."""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from hub_launch.cli.options import add_format, add_registry, parse_settings
from hub_launch.cli.prepare import prepare
from hub_launch.cli.terminal import Terminal
from hub_launch.clients.mcp_json import read_mcp_json
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import HttpLaunch, Launch
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    words = parser.add_subparsers(dest="word", metavar="login|logout|list", required=True)
    login = words.add_parser("login", help="sign in to a remote server, in your browser")
    login.add_argument("id", help="the server, as id or id@version")
    login.add_argument(
        "--set",
        dest="settings",
        metavar="ID.NAME=VALUE",
        action="append",
        default=[],
        help="a parameter of the server, as when it is started",
    )
    login.add_argument(
        "--client-id",
        metavar="ID",
        help="as whom its operator knows you, where programs cannot register; or the https address of a document "
        "about the client",
    )
    login.add_argument("--mcp-json", type=Path, metavar="FILE", help="it is one of an editor's mcp.json")
    add_registry(login)
    logout = words.add_parser("logout", help="forget what signing in gave")
    logout.add_argument("id", help="the server, as `auth list` shows it")
    listing = words.add_parser("list", help="the servers that you are signed in to")
    for one in (login, logout, listing):
        add_format(one)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Do what the second word says."""
    if arguments.word == "login":
        _login(arguments, settings, terminal)
    elif arguments.word == "logout":
        _logout(arguments.id, settings, terminal)
    if arguments.word == "list" or arguments.format == "json":
        _list(arguments, settings, terminal)
    return ExitCode.OK


def _login(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> None:
    if not terminal.interactive:
        raise HubError("Signing in needs a terminal: it opens your browser, and asks before", code=ExitCode.CONSENT)
    launch = _remote(arguments, settings, terminal)
    # Here, since it loads an HTTP client.
    from hub_launch.run.signin import open_store
    from hub_launch.run.signin.flow import Registered, sign_in

    store = open_store(settings.state_dir)
    registered = None
    if arguments.client_id:
        # Never an argument: those are seen by everybody on the machine.
        secret = terminal.ask_secret(f"Secret of {printable(arguments.client_id)}, if it has one: ")
        registered = Registered(arguments.client_id, secret or None)

    async def show(address: str) -> None:
        await asyncio.to_thread(_show, launch.id, address, terminal)

    in_keyring = asyncio.run(sign_in(launch, store, show, registered=registered))
    terminal.note(f"You are signed in to {launch.id}.")
    if not in_keyring:
        where = store.path(launch.url)
        terminal.note(f"note: there is no keyring here; what signing in gave is in {where}, which only you can read")


def _show(server: str, address: str, terminal: Terminal) -> None:
    from hub_launch.run.signin.flow import open_browser

    terminal.note(f"{server} lets you sign in at\n  {printable(address)}")
    if terminal.ask("Open it in your browser? [Y/n] ").strip().lower() not in ("", "y", "yes"):
        terminal.note("Open it yourself, on this machine; waiting.")
    elif not open_browser(address):
        terminal.note("No browser was found: open it yourself, on this machine; waiting.")


def _remote(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> HttpLaunch:
    launches: Sequence[Launch]
    if arguments.mcp_json:
        there = read_mcp_json(arguments.mcp_json)
        launches = [launch for launch in there if launch.id == arguments.id]
        if not launches:
            known = f"it has {', '.join(launch.id for launch in there)}" if there else "it has none"
            raise HubError(f"{arguments.mcp_json} has no server {arguments.id!r}", known, ExitCode.USAGE)
    else:
        prepared = prepare([arguments.id], parse_settings(arguments.settings), settings, terminal)
        prepared.require_some()
        launches = prepared.launches
    [launch] = launches
    if not isinstance(launch, HttpLaunch):
        raise HubError(f"{launch.id} is started on this machine: there is nobody to sign in to", code=ExitCode.USAGE)
    return launch


def _logout(server: str, settings: Settings, terminal: Terminal) -> None:
    from hub_launch.run.signin import open_store

    store = open_store(settings.state_dir)
    records = [record for record in store.all() if record.id == server]
    if not records:
        raise HubError(f"You are not signed in to {server}", "`hub-launch auth list` shows to which", ExitCode.USAGE)
    for record in records:
        store.remove(record.url)
    terminal.note(f"What signing in to {server} gave is forgotten here; its own site may let you end it there too.")


def _list(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> None:
    from hub_launch.run.signin import open_store

    store = open_store(settings.state_dir)
    rows = [(record.id, record.url, "keyring" if record.in_keyring else "file") for record in store.all()]
    if arguments.format == "json":
        terminal.json([{"server": server, "address": address, "keptIn": place} for server, address, place in rows])
    else:
        terminal.table(("server", "address", "kept in"), rows)
