"""`hub-launch publish`: an entry of the user's own, judged as a pull request with it would be."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hub_launch.cli.hubs import add_hub, open_hub
from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.overlay import documents, overlay_of, published_in
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import read_bounded
from hub_launch.judge.load.profile import MAX_ENTRY_BYTES
from hub_launch.judge.overlay import Rejected
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the entry: YAML, or JSON if its name ends so")
    parser.add_argument("--replace", metavar="ID", help="put it in the place of the entry of that id")
    parser.add_argument(
        "--ephemeral",
        action="store_true",
        help="into the memory of the running hub alone, where `hub-launch add ID` starts it; it is gone with the hub",
    )
    add_hub(parser)
    add_registry(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Judge and add it. Exit 1 with what is wrong with it, else it can be started like any other server."""
    data, is_json = _read(arguments.file), arguments.file.suffix.lower() == ".json"
    if arguments.ephemeral:
        became = _into_memory(data, is_json, arguments, settings)
        where, command = "in the memory of the running hub", "hub-launch add"
    else:
        became = _into_folder(data, is_json, arguments, settings)
        where, command = f"here, in {became.get('path')}", "hub-launch"
    _note(arguments.file, became["findings"], terminal)
    if arguments.format == "json":
        terminal.json(became)
    if not became["published"]:
        terminal.note(f"{printable(str(arguments.file))} is not published: correct it, and try again")
        return ExitCode.FAILED
    terminal.note(f"{became['id']} is published {where}; nothing was started")
    terminal.note(f"  `{command} {became['id']}` shows what it would run, and asks")
    return ExitCode.OK


def _into_folder(data: bytes, is_json: bool, arguments: argparse.Namespace, settings: Settings) -> Mapping[str, Any]:
    try:
        published = published_in(overlay_of(settings), data, is_json=is_json, replace=arguments.replace or "")
    except Rejected as rejected:
        return {"published": False, "findings": documents(rejected.findings)}
    about = {"id": published.entry.id, "path": str(published.path), "findings": documents(published.findings)}
    return {"published": True, **about}


def _into_memory(data: bytes, is_json: bool, arguments: argparse.Namespace, settings: Settings) -> Mapping[str, Any]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise HubError(f"{arguments.file} is not UTF-8", code=ExitCode.USAGE) from error
    with open_hub(arguments, settings) as hub:
        became: Mapping[str, Any] = hub.ask("publish", entry=text, json=is_json, replace=arguments.replace or "")
    return became


def _read(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_ENTRY_BYTES)
    except (OSError, ValueError) as error:
        raise HubError(f"{path} cannot be read: {why(error)}", "name a file with one entry", ExitCode.USAGE) from error


def _note(file: Path, findings: Sequence[Mapping[str, Any]], terminal: Terminal) -> None:
    for one in findings:
        # An entry of the user's is judged by itself, under no name of its own.
        where = file if one["file"] == "entry" else one["file"]
        terminal.note(f"{one['severity']} {printable(str(where))}:{one['line']}: {one['message']}")
        if one["hint"]:
            terminal.note(f"  hint: {one['hint']}")
