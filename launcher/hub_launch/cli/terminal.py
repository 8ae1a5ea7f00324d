"""The user's terminal: where to write, whether anybody is there to answer, and in which form."""

import getpass
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from hub_launch.errors import ExitCode, HubError
from hub_launch.text import printable

if TYPE_CHECKING:
    from hub_launch.index.registries import Found

# Narrower text is not read more easily than text that the terminal itself breaks.
LEAST_COLUMNS = 20


@dataclass(frozen=True)
class Terminal:
    """Standard streams, passed in so that tests can give others."""

    out: TextIO
    err: TextIO
    interactive: bool
    """Somebody can answer questions."""

    @classmethod
    def of_this_process(cls) -> "Terminal":
        """The real one."""
        return cls(sys.stdout, sys.stderr, sys.stdin.isatty() and sys.stderr.isatty())

    def print(self, text: str = "") -> None:
        """A result: what a script may read."""
        self.out.write(text + "\n")
        self.out.flush()

    def hanging(self, label: str, text: str) -> None:
        """A result whose text goes on below itself: wrapped where somebody looks on, one line elsewhere."""
        if not self.out.isatty():
            self.print(f"{label}{text}".rstrip())
            return
        # Here, since scripts need neither.
        import shutil
        import textwrap

        width = max(shutil.get_terminal_size().columns, len(label) + LEAST_COLUMNS)
        for line in textwrap.wrap(
            text,
            width,
            initial_indent=label,
            subsequent_indent=" " * len(label),
            break_long_words=False,
            break_on_hyphens=False,
        ):
            self.print(line)

    def note(self, text: str) -> None:
        """Something about the work, beside the result."""
        self.err.write(text + "\n")
        self.err.flush()

    def json(self, value: Any) -> None:
        """A result as JSON."""
        self.print(json.dumps(value, indent=2, ensure_ascii=False))

    def line(self, value: Any) -> None:
        """A piece of a result as JSON on one line, for what goes on."""
        self.print(json.dumps(value, ensure_ascii=False))

    def yaml(self, value: Any) -> None:
        """A result as YAML."""
        # Here, since few ask for it.
        import yaml

        self.print(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120).rstrip("\n"))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A result as a table: drawn on a terminal, tab-separated and complete elsewhere."""
        if not self.out.isatty():
            for row in rows:
                self.print("\t".join(printable(cell) for cell in row))
            return
        # Here, since drawing costs an import of 50 ms that scripts need not pay.
        from rich.console import Console
        from rich.text import Text

        console = Console(file=self.out)
        cells = [[printable(cell) for cell in row] for row in rows]
        if _least_width(columns, cells) > console.width:
            for first, *rest in cells:
                console.print(Text(first, style="bold"), soft_wrap=True)
                for cell in filter(None, (", ".join(filter(None, rest[:-1])), *rest[-1:])):
                    self.hanging("  ", cell)
            return
        console.print(_drawn(columns, cells))

    def ask(self, question: str) -> str:
        """The user's answer to a question; empty at the end of input."""
        self.err.write(question)
        self.err.flush()
        line = ""
        try:
            line = sys.stdin.readline()
        finally:
            if not line.endswith("\n"):
                # Ctrl-C and Ctrl-D leave the cursor behind the question.
                self.note("")
        return line.rstrip("\n")

    def require_yes(self, question: str, *, nobody: str, hint: str, refused: str) -> None:
        """Return if the user agrees. Raises HubError (exit 4) saying `refused`, or `nobody` where none can answer.

        hint: what to do where nobody can.
        """
        # Here, since it loads what is known of registries, and few commands ask.
        from hub_launch.guard.consent import is_yes

        if not self.interactive:
            raise HubError(nobody, hint, ExitCode.CONSENT)
        if not is_yes(self.ask(question)):
            raise HubError(refused, code=ExitCode.CONSENT)

    def ask_secret(self, question: str) -> str:
        """The user's answer, not shown while typing; empty at the end of input."""
        try:
            return getpass.getpass(question, self.err)
        except EOFError:
            self.note("")
            return ""


def _least_width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How wide a table must be for all but its last column to be shown in full, and that as far as it is readable."""
    widths = [max(map(len, column)) + 3 for column in zip(columns, *rows, strict=True)]
    return sum(widths[:-1]) + min(widths[-1], LEAST_COLUMNS)


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, no_wrap=number < len(columns) - 1, overflow="fold")
    for first, *rest in rows:
        # Text and not markup: a description may contain brackets.
        table.add_row(Text(first, style="bold"), *map(Text, rest))
    return table


def note_all(notices: Iterable[str], terminal: Terminal) -> None:
    """What the user should know of how registries were read. Escaped: it repeats what strangers' hosts said."""
    for notice in notices:
        terminal.note(f"note: {printable(notice)}")


def note_hidden(found: "Found", terminal: Terminal) -> None:
    """Say that other registries have other servers of this id: nothing takes a name from another in silence."""
    if found.hidden:
        terminal.note(f"note: {found.row.id} is {found.address}; to have the other, write {' or '.join(found.hidden)}")
