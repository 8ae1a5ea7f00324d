"""Saying what is waited for, once that takes longer than people wait without wondering."""

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from hub_launch.catalog import Entry
from hub_launch.cli.terminal import Terminal
from hub_launch.index.places import Place
from hub_launch.index.registries import Registries
from hub_launch.settings import Settings
from hub_launch.text import printable, shortened

# Within this, an answer feels like one (Nielsen, Usability Engineering, 1993, chapter 5).
AFTER_SECONDS = 1.0
_EVERY_SECONDS = 0.1
_TURNS = "|/-\\"


@contextlib.contextmanager
def waiting(terminal: Terminal, what: str, after: float = AFTER_SECONDS) -> Iterator[Callable[[str], None]]:
    """While this lasts, say `what` is waited for: on a terminal on a line that is gone afterwards, else once.

    Gives a function that changes what is said. Nobody else may write to standard error meanwhile.
    """
    said = [what]
    over = threading.Event()
    turning = _turn if terminal.err.isatty() else _once
    thread = threading.Thread(target=turning, args=(terminal, said, over, after), daemon=True)
    thread.start()
    try:
        yield said.append
    finally:
        over.set()
        thread.join()


def open_registries(
    settings: Settings,
    terminal: Terminal,
    max_age: float = 0,
    wanted: Sequence[str] = (),
    instead: Sequence[Place] | None = None,
    memory: Sequence[Entry] = (),
) -> Registries:
    """`Registries.open`, which may have to download an index. Raises HubError."""
    with waiting(terminal, f"reading {settings.registry or 'the registries'}"):
        return Registries.open(settings, max_age, wanted, instead, memory)


def _turn(terminal: Terminal, said: list[str], over: threading.Event, after: float) -> None:
    began = time.monotonic()
    if over.wait(after):
        return
    number = 0
    while not over.wait(_EVERY_SECONDS):
        line = f"{_TURNS[number % len(_TURNS)]} {printable(said[-1])} ({time.monotonic() - began:.0f} s)"
        # A line that the terminal breaks could not be taken back.
        terminal.err.write(f"\r\x1b[K{shortened(line, max(shutil.get_terminal_size().columns - 1, 1))}")
        terminal.err.flush()
        number += 1
    terminal.err.write("\r\x1b[K")
    terminal.err.flush()


def _once(terminal: Terminal, said: list[str], over: threading.Event, after: float) -> None:
    told = 0
    while not over.wait(after):
        if len(said) > told:
            terminal.note(f"{printable(said[-1])} ...")
            told = len(said)
