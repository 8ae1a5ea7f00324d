"""`hub-launch publish`: an entry of the user's own, judged as a pull request with it would be."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.overlay import overlay_of
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded
from hub_launch.judge.findings import Finding
from hub_launch.judge.load.profile import MAX_ENTRY_BYTES
from hub_launch.judge.overlay import Rejected
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the entry: YAML, or JSON if its name ends so")
    parser.add_argument("--replace", metavar="ID", help="put it in the place of the entry of that id")
    add_registry(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Judge and add it. Exit 1 with what is wrong with it, else it can be started like any other server."""
    data, is_json = _read(arguments.file), arguments.file.suffix.lower() == ".json"
    overlay = overlay_of(settings)
    try:
        if arguments.replace:
            published = overlay.replace(arguments.replace, data, is_json=is_json)
        else:
            published = overlay.publish(data, is_json=is_json)
    except Rejected as rejected:
        _note(arguments.file, rejected.findings, terminal)
        _print(arguments, terminal, {"published": False, "findings": _documents(rejected.findings)})
        terminal.note(f"{printable(str(arguments.file))} is not published: correct it, and try again")
        return ExitCode.FAILED
    _note(arguments.file, published.findings, terminal)
    terminal.note(f"{published.entry.id} is published here, in {published.path}; nothing was started")
    terminal.note(f"  `hub-launch {published.entry.id}` shows what it would run, and asks")
    about = {"id": published.entry.id, "path": str(published.path), "findings": _documents(published.findings)}
    _print(arguments, terminal, {"published": True, **about})
    return ExitCode.OK


def _print(arguments: argparse.Namespace, terminal: Terminal, value: Mapping[str, Any]) -> None:
    if arguments.format == "json":
        terminal.json(value)


def _documents(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [
        {"severity": one.severity.name, "file": one.file, "line": one.line, "message": one.message, "hint": one.hint}
        for one in findings
    ]


def _read(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_ENTRY_BYTES)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise HubError(f"{path} cannot be read: {why}", "name a file with one entry", ExitCode.USAGE) from error


def _note(file: Path, findings: tuple[Finding, ...], terminal: Terminal) -> None:
    for one in findings:
        # An entry of the user's is judged by itself, under no name of its own.
        where = file if one.file == "entry" else one.file
        terminal.note(f"{one.severity.name} {printable(str(where))}:{one.line}: {one.message}")
        if one.hint:
            terminal.note(f"  hint: {one.hint}")
