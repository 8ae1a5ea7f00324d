"""`hub-launch secret`: what servers need to know and no file should."""

import argparse
import sys

from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.secrets import MAX_SECRET, Secrets
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    words = parser.add_subparsers(dest="word", metavar="set|list|remove", required=True)
    setting = words.add_parser("set", help="keep a secret: asked for, or the first line of standard input")
    setting.add_argument("name", help="ID.PARAMETER, which that server is then given; or any name, for keyring:NAME")
    listing = words.add_parser("list", help="the names of those that are kept")
    removing = words.add_parser("remove", help="forget a secret")
    removing.add_argument("name", help="its name")
    for one in (setting, listing, removing):
        add_format(one)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Do what the second word says."""
    secrets = secrets_of(settings)
    if arguments.word == "set":
        secrets.check(arguments.name)
        secrets.set(arguments.name, _asked(arguments.name, terminal))
        terminal.note(f"{arguments.name} is kept in the keyring")
    elif arguments.word == "remove":
        secrets.remove(arguments.name)
        terminal.note(f"{arguments.name} is forgotten")
    if arguments.format == "json":
        terminal.json(secrets.names())
    elif arguments.word == "list":
        terminal.table(("name",), ((name,) for name in secrets.names()))
    return ExitCode.OK


def secrets_of(settings: Settings) -> Secrets:
    """The user's secrets."""
    return Secrets(settings.state_dir / "secrets.json")


def _asked(name: str, terminal: Terminal) -> str:
    # Never an argument: those are in the shell's history, and in the list of processes.
    if terminal.interactive:
        return terminal.ask_secret(f"{name}: ")
    line = sys.stdin.readline(MAX_SECRET + 2)
    if not line:
        raise HubError("There is nothing on standard input", f"`hub-launch secret set {name} < file`", ExitCode.USAGE)
    return line.rstrip("\r\n")
