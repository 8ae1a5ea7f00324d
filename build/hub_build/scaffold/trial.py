"""What a first start of a server shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that the server offers. simple: it needs no arguments, and says that it only reads or is called so."""

    name: str
    simple: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """What a start showed. `failed` says why there was none, or why it ended; safe to print.

    title and version: as the server calls itself. usage: what it prints for `--help`, where that was tried.
    """

    tools: tuple[Tool, ...] = ()
    title: str = ""
    version: str = ""
    usage: str = ""
    failed: str = ""


NOT_TRIED = Trial(failed="it was not started")
