"""Parse, run the command, and turn errors into messages and exit codes. Nothing below prints a traceback."""

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hub_launch.boundary import guarded
from hub_launch.cli.commands import COMMANDS
from hub_launch.cli.pid1 import step_aside
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.parsing import Parser, did_you_mean, parsed, wants_json
from hub_launch.settings import Settings
from hub_launch.text import printable
from hub_launch.version import __version__

# After these `registry` is the command.
REGISTRY_WORDS = ("add", "list", "remove", "-h", "--help")

_EPILOG = """\
examples:
  hub-launch time filesystem --set filesystem.folder=.   start two servers, serve them on http://127.0.0.1:8080/mcp
  hub-launch --stdio time git                            the same over stdio, for an editor that starts the hub
  hub-launch init && hub-launch run                      write down what a hub consists of, and start that
  hub-launch search calendar                             what is there?
  hub-launch registry add work https://registry.example.com --root root.json
  hub-launch call time get_current_time --arg timezone=Europe/Paris

exit codes: 0 done, 1 it failed, 2 wrong use, 3 registry, 4 not approved, 5 port, 70 defect, 130 interrupted
"""


def build_parser(chosen: str = "") -> argparse.ArgumentParser:
    """The parser of all commands, with the options of the one that was chosen."""
    parser = Parser(
        prog="hub-launch",
        description="Start MCP servers from a registry and serve them behind one endpoint.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hub-launch {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        child = commands.add_parser(
            name,
            help=command.summary,
            description=command.summary,
            epilog=f"exit codes: {command.exits}",
        )
        if name == chosen:
            command.options(child)
    return parser


def main(argv: Sequence[str], environ: Mapping[str, str] = os.environ, terminal: Terminal | None = None) -> int:
    """Run one command line (without the program's name). Returns the exit code."""
    terminal = terminal or Terminal.of_this_process()
    return guarded(lambda: _run(argv, environ, terminal), terminal.note, lambda error: _report(error, environ))


def _run(argv: Sequence[str], environ: Mapping[str, str], terminal: Terminal) -> int:
    words = with_default_command(argv)
    try:
        arguments = parsed(build_parser(words[0]), words)
        arguments.argv = list(argv)
        settings = with_options(Settings.load(environ), arguments)
        return COMMANDS[arguments.command].run(arguments, settings, terminal)
    except HubError as error:
        error.hint = _near_command(argv, error) + error.hint
        if wants_json(argv):
            terminal.line({"error": {"code": int(error.code), "message": error.message, "hint": error.hint}})
        raise


def _near_command(argv: Sequence[str], error: HubError) -> str:
    """What a mistyped command was meant to be: its word was taken for a server's id, and there is no such server."""
    if argv[0] == "registry" and argv[1:2] and any(repr(word) in error.message for word in argv[:2]):
        return f"`hub-launch registry` has {', '.join(REGISTRY_WORDS[:3])}, all else are servers; "
    if error.code != ExitCode.USAGE or argv[0] in COMMANDS or repr(argv[0]) not in error.message:
        return ""
    return did_you_mean(argv[0], COMMANDS).replace("mean ", "mean `hub-launch ").replace("?", "`?")


def with_options(settings: Settings, arguments: argparse.Namespace) -> Settings:
    """The settings, with what the command line says about the registry.

    What the environment says about trust is of the registry that it names, and of no other.
    """
    if getattr(arguments, "registry", None):
        settings = replace(settings, registry=arguments.registry, root=None, unsigned=False)
    if getattr(arguments, "root", None):
        settings = replace(settings, root=arguments.root, unsigned=False)
    if getattr(arguments, "unsigned", False):
        settings = replace(settings, unsigned=True, root=arguments.root)
    if getattr(arguments, "sandbox", None):
        settings = replace(settings, sandbox=arguments.sandbox)
    return settings


def with_default_command(argv: Sequence[str]) -> list[str]:
    """`hub-launch time` means `hub-launch launch time`. `registry` is a command only before a word of it: it is also
    the id of our own server.
    """
    if list(argv[:1]) == ["registry"] and argv[1:2] and argv[1] in REGISTRY_WORDS:
        return list(argv)
    if argv and argv[0] != "registry" and (argv[0] in COMMANDS or argv[0] in ("-h", "--help", "--version")):
        return list(argv)
    return ["launch", *argv] if argv else ["--help"]


def _report(error: Exception, environ: Mapping[str, str]) -> str:
    """What to say about a defect of ours: short for the user, in full in a file for whoever mends it."""
    path = Settings.load(environ).state_dir / "crash.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        where = f"the details are in {path}"
    except OSError:
        where = "".join(traceback.format_exception(error))
    what = f"{type(error).__name__}: {printable(str(error))}"
    return f"error: a defect of hub-launch: {what}\n  hint: please report it; {where}"


def open_streams() -> None:
    """Have what a shell closed (`>&-`) lead nowhere: else the next file or connection would be standard output."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115


def entrypoint() -> None:
    """The console script."""
    step_aside()
    open_streams()
    if "_ARGCOMPLETE" in os.environ:
        importlib.import_module("hub_launch.cli.completion").complete()
    sys.exit(main(sys.argv[1:]))
