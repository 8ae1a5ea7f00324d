"""`hub-launch init`: write a first hub.yaml."""

import argparse
from pathlib import Path

from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.config.starting import starting_file
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import rewrite
from hub_launch.settings import Settings
from hub_launch.text import printable

# It needs no account and no parameter.
FIRST = ("time",)


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("ids", nargs="*", metavar="ID", help=f"servers to begin with (default: {', '.join(FIRST)})")
    parser.add_argument(
        "-c", "--config", type=Path, metavar="FILE", default=Path("hub.yaml"), help="where (default: %(default)s)"
    )
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Write it, unless there is one. Exit 2 if there is."""
    path: Path = arguments.config
    text = starting_file(arguments.ids or FIRST)
    if path.exists():
        raise HubError(f"{path} is there already", "--config names another", ExitCode.USAGE)
    try:
        rewrite(path, text.encode())
    except OSError as error:
        raise HubError(f"{path} cannot be written: {error.strerror}") from error
    terminal.note(f"wrote {printable(str(path))}; `hub-launch run` starts what it says")
    if arguments.format == "json":
        terminal.json({"file": str(path.absolute()), "servers": list(arguments.ids or FIRST)})
    return ExitCode.OK
