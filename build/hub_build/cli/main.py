"""Parse and run the command; errors end in the boundary that the launcher has too."""

import argparse
import importlib
import sys
import traceback
from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from hub_build.collector import without_collector
from hub_launch.boundary import guarded
from hub_launch.parsing import Parser, parsed
from hub_launch.text import printable
from hub_launch.version import __version__


class Command(Protocol):
    """What the module of a command has."""

    SUMMARY: str
    EXAMPLES: tuple[str, ...]

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options to its parser."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it. Returns the exit code."""


# To add a command: a file beside this one, and a line here. By name, since loading all of them takes as long as
# checking a thousand entries.
COMMANDS: dict[str, str] = {
    "new": "new",
    "check": "check",
    "changed": "changed",
    "site": "site",
    "serve": "serve",
    "schema": "schema",
    "import": "import_",
    "export": "export",
    "smoke": "smoke",
    "bump": "bump",
    "hosts": "hosts",
    "sign": "sign",
}

# How many lines of a traceback help who reports a defect without burying the message.
_REPORTED_FRAMES = 3


def command_called(name: str) -> Command:
    """The module of a command."""
    return cast(Command, importlib.import_module(f"hub_build.cli.{COMMANDS[name]}"))


def build_parser(names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of the commands with those names."""
    known = {name: command_called(name) for name in names}
    examples = "\n".join(example for command in known.values() for example in command.EXAMPLES)
    parser = Parser(
        prog="hub-build",
        description="Check the registry's files and compile them into a static API.",
        epilog=f"examples:\n{examples}\n\nexit codes: 0 done, 1 findings, 2 wrong use, 3 no registry, 70 defect",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hub-build {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in known.items():
        child = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=command.SUMMARY,
            epilog="examples:\n" + "\n".join(command.EXAMPLES),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.options(child)
    return parser


def main(argv: Sequence[str]) -> int:
    """Run one command line (without the program's name). Returns the exit code."""
    return guarded(lambda: _run(argv), _note, _report)


def _run(argv: Sequence[str]) -> int:
    with without_collector():
        parser = build_parser(argv[:1]) if argv and argv[0] in COMMANDS else build_parser()
    arguments = parsed(parser, argv)
    return command_called(arguments.command).run(arguments)


def entrypoint() -> None:
    """The script `hub-build`."""
    sys.exit(main(sys.argv[1:]))


def _report(error: Exception) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__)[-_REPORTED_FRAMES:]).rstrip()
    what = f"{type(error).__name__}: {printable(str(error))}"
    return f"{frames}\nerror: this is a defect of hub-build: {what}\n  hint: please report it with the lines above"


def _note(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    entrypoint()
