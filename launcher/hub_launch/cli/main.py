"""Parse, run the command, and turn errors into messages and exit codes. Nothing below prints a traceback."""

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hub_launch import __version__
from hub_launch.boundary import guarded
from hub_launch.cli.terminal import Terminal
from hub_launch.settings import Settings
from hub_launch.text import printable


@dataclass(frozen=True)
class Command:
    """One command: its line in the help, and its module, which has `options(parser)` and `run(...) -> exit code`.

    The module is imported when its command is run: `--help` should not wait for what `call` needs.
    """

    summary: str
    module: str

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options to its parser."""
        importlib.import_module(self.module).options(parser)

    def run(self, arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
        """Do it. Returns the exit code."""
        code: int = importlib.import_module(self.module).run(arguments, settings, terminal)
        return code


# To add a command: a file beside this one, and a line here.
COMMANDS: Mapping[str, Command] = {
    "launch": Command("start servers and serve them behind one endpoint (the default)", "hub_launch.cli.launch"),
    "run": Command("start what hub.yaml says", "hub_launch.cli.run"),
    "up": Command("the same as run", "hub_launch.cli.run"),
    "init": Command("write a first hub.yaml", "hub_launch.cli.init"),
    "status": Command("what runs, and what it has done", "hub_launch.cli.status"),
    "top": Command("the same, live", "hub_launch.cli.top"),
    "logs": Command("what a server wrote to its log", "hub_launch.cli.logs"),
    "add": Command("start one more server in the running hub", "hub_launch.cli.add"),
    "remove": Command("take a server out of the running hub", "hub_launch.cli.tell"),
    "restart": Command("end a server of the running hub and start it again", "hub_launch.cli.tell"),
    "enable": Command("have a server started, in hub.yaml and in the running hub", "hub_launch.cli.enable"),
    "disable": Command("have a server not started, in hub.yaml and in the running hub", "hub_launch.cli.enable"),
    "reload": Command("have the running hub do what its hub.yaml says now", "hub_launch.cli.reload"),
    "search": Command("find servers by words", "hub_launch.cli.search"),
    "list": Command("all servers of the registry", "hub_launch.cli.listing"),
    "info": Command("everything about one server", "hub_launch.cli.info"),
    "publish": Command("add an entry of your own, judged as a pull request would be", "hub_launch.cli.publish"),
    "unpublish": Command("forget an entry of your own", "hub_launch.cli.unpublish"),
    "registry": Command("the registries that are read: registry add, list, remove", "hub_launch.cli.registry"),
    "auth": Command("sign in to remote servers: auth login, logout, list", "hub_launch.cli.auth"),
    "token": Command("make a token for the hub to ask its clients for", "hub_launch.cli.token"),
    "plan": Command("show what would run, and start nothing", "hub_launch.cli.planning"),
    "lock": Command("agree to what would run, and start nothing", "hub_launch.cli.lock"),
    "diff": Command("show the tools that a server has and that were not agreed to", "hub_launch.cli.tools"),
    "approve": Command("agree to the tools that a server has now", "hub_launch.cli.tools"),
    "secret": Command("what servers must know and no file: secret set, list, remove", "hub_launch.cli.secret"),
    "install": Command("put the hub into an editor or assistant", "hub_launch.cli.install"),
    "uninstall": Command("take the hub out of one", "hub_launch.cli.install"),
    "clients": Command("the editors and assistants of this machine, and which have the hub", "hub_launch.cli.install"),
    "analyze": Command("what an OpenAPI description would become as a server", "hub_launch.cli.analyze"),
    "discover": Command("servers that are on this machine already", "hub_launch.cli.discover"),
    "import": Command("servers of an editor's file, into hub.yaml", "hub_launch.cli.import_"),
    "export": Command("the hub as an editor, Compose or Kubernetes wants it", "hub_launch.cli.export"),
    "doctor": Command("what of this machine works for servers, and what to do", "hub_launch.cli.doctor"),
    "completion": Command("have your shell complete words of hub-launch", "hub_launch.cli.completion"),
    "call": Command("call one tool of one server and print the result", "hub_launch.cli.call"),
}

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
    parser = argparse.ArgumentParser(
        prog="hub-launch",
        description="Start MCP servers from a registry and serve them behind one endpoint.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hub-launch {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        child = commands.add_parser(name, help=command.summary, description=command.summary)
        if name == chosen:
            command.options(child)
    return parser


def main(argv: Sequence[str], environ: Mapping[str, str] = os.environ, terminal: Terminal | None = None) -> int:
    """Run one command line (without the program's name). Returns the exit code."""
    terminal = terminal or Terminal.of_this_process()
    return guarded(lambda: _run(argv, environ, terminal), terminal.note, lambda error: _report(error, environ))


def _run(argv: Sequence[str], environ: Mapping[str, str], terminal: Terminal) -> int:
    words = with_default_command(argv)
    arguments = build_parser(words[0]).parse_args(words)
    arguments.argv = list(argv)
    settings = with_options(Settings.load(environ), arguments)
    return COMMANDS[arguments.command].run(arguments, settings, terminal)


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


def entrypoint() -> None:
    """The console script."""
    if "_ARGCOMPLETE" in os.environ:
        importlib.import_module("hub_launch.cli.completion").complete()
    sys.exit(main(sys.argv[1:]))
