"""Parse and run the command; errors end in the boundary that the launcher has too."""

import argparse
import sys
import traceback
from collections.abc import Sequence
from typing import Protocol

from hub_build.cli import bump, changed, check, export, hosts, import_, new, schema, serve, sign, site, smoke
from hub_launch import __version__
from hub_launch.boundary import guarded
from hub_launch.text import printable


class Command(Protocol):
    """What the module of a command has."""

    SUMMARY: str
    EXAMPLES: tuple[str, ...]

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options to its parser."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it. Returns the exit code."""


# To add a command: a file beside this one, and a line here.
COMMANDS: dict[str, Command] = {
    "new": new,
    "check": check,
    "changed": changed,
    "site": site,
    "serve": serve,
    "schema": schema,
    "import": import_,
    "export": export,
    "smoke": smoke,
    "bump": bump,
    "hosts": hosts,
    "sign": sign,
}

# How many lines of a traceback help who reports a defect without burying the message.
_REPORTED_FRAMES = 3


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    examples = "\n".join(example for command in COMMANDS.values() for example in command.EXAMPLES)
    parser = argparse.ArgumentParser(
        prog="hub-build",
        description="Check the registry's files and compile them into a static API.",
        epilog=f"examples:\n{examples}\n\nexit codes: 0 done, 1 findings, 2 wrong use, 3 no registry, 70 defect",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hub-build {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
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
    arguments = build_parser().parse_args(argv)
    return guarded(lambda: COMMANDS[arguments.command].run(arguments), _note, _report)


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
