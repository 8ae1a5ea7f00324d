"""`hub-launch init`: write a first hub.yaml."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.waiting import open_registries
from hub_launch.config.starting import starting_file
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import rewrite
from hub_launch.index.registries import BROWSE_SECONDS
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
    """Write it, unless there is one. Exit 2 if there is, or if there is no such server."""
    path: Path = arguments.config
    if path.exists():
        raise HubError(
            f"{path} is there already", "`hub-launch add ID` adds to it; --config names another", ExitCode.USAGE
        )
    text = starting_file(_known(arguments.ids, settings, terminal) if arguments.ids else FIRST)
    try:
        rewrite(path, text.encode())
    except OSError as error:
        raise HubError(f"{path} cannot be written: {error.strerror}") from error
    terminal.note(f"wrote {printable(str(path))}; `hub-launch run` starts what it says")
    if arguments.format == "json":
        terminal.json({"file": str(path.absolute()), "servers": list(arguments.ids or FIRST)})
    return ExitCode.OK


def _known(ids: Sequence[str], settings: Settings, terminal: Terminal) -> Sequence[str]:
    """The ids of these servers. That a registry cannot be read keeps nobody from writing a file."""
    for one in ids:
        if "@" in one or "/" in one:
            hint = "name ids alone, such as time; `version:` and `registry:` are keys of the file"
            raise HubError(f"{one!r} is more than an id", hint, ExitCode.USAGE)
    try:
        registries = open_registries(settings, terminal, BROWSE_SECONDS, ids)
    except HubError as error:
        terminal.note(f"note: whether there are such servers is not known: {printable(error.message)}")
        return ids
    return [registries.resolve(one).row.id for one in ids]
