"""`hub-launch logs`: what a server wrote to its log, and goes on writing."""

import argparse
import os
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.settings import Settings
from hub_launch.text import printable

LINES = 50
# Between two looks at the end of the log.
LOOK_SECONDS = 0.2
# Read at once; what a server writes without a line's end is shown in pieces of this.
PIECE_BYTES = 64 * 1024


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("id", metavar="ID", help="the server, or `hub` for the hub's own log")
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what is written from now on")
    parser.add_argument(
        "-n", "--lines", type=int, default=LINES, help="how many lines to begin with (default %(default)s)"
    )
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print it; with --follow until Ctrl-C."""
    logs = {one.stem: one for one in sorted(settings.log_dir.glob("*.log"))}
    path = logs.get(arguments.id)
    if path is None:
        known = f"what wrote something is {', '.join(logs)}" if logs else "nothing wrote anything yet"
        raise HubError(f"There is no log of {arguments.id!r}", known, ExitCode.USAGE)
    with Tail(path) as tail:
        for line in deque(tail.new(), max(0, arguments.lines)):
            _print(line, arguments, terminal)
        try:
            while arguments.follow:
                time.sleep(LOOK_SECONDS)
                for line in tail.new():
                    _print(line, arguments, terminal)
        except KeyboardInterrupt:
            pass
    return ExitCode.OK


def _print(line: str, arguments: argparse.Namespace, terminal: Terminal) -> None:
    if arguments.format == "json":
        terminal.line({"line": line})
    else:
        terminal.print(printable(line, keep="\t"))


class Tail:
    """Reads a log that grows, and that is put aside and begun anew when it has become long."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._path = path
        self._file = path.open("rb")
        self._rest = b""

    def new(self) -> Iterator[str]:
        """The lines that were written since this was asked last."""
        yield from self._lines()
        while self._moved_on():
            # What was written to the old one before it was put aside.
            yield from self._lines()
            self._file.close()
            self._file = self._path.open("rb")
            yield from self._lines()

    def _moved_on(self) -> bool:
        try:
            return self._path.stat().st_ino != os.fstat(self._file.fileno()).st_ino
        except FileNotFoundError:
            # Between the old one and the new.
            return False

    def _lines(self) -> Iterator[str]:
        while data := self._file.read(PIECE_BYTES):
            *lines, self._rest = (self._rest + data).split(b"\n")
            if len(self._rest) > PIECE_BYTES:
                lines, self._rest = [*lines, self._rest], b""
            for line in lines:
                yield line.decode(errors="replace").removesuffix("\r")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
