"""`hub-build export`: entries in the forms of other registries and editors."""

import argparse
import json
import sys
from difflib import get_close_matches
from pathlib import Path

from hub_build.cli.folders import registry_folder, registry_option
from hub_build.convert import FORMATS, Format, Kind, Note
from hub_build.convert.emit import emit
from hub_launch.catalog import Entry
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.findings import quoted
from hub_launch.judge.registry import read_registry, shown
from hub_launch.text import printable

SUMMARY = "write entries in another registry's or an editor's form; say what that form has no place for"
EXAMPLES: tuple[str, ...] = (
    "  hub-build export weather --to server.json        for the official registry",
    "  hub-build export time git --to mcp.json -o .cursor/mcp.json",
    "  hub-build export --all --to list",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="entries to export")
    parser.add_argument("--all", action="store_true", help="every entry of the registry")
    parser.add_argument("--to", dest="form", choices=FORMATS, required=True, help="the form to write")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (default: standard output)")
    parser.add_argument("--replace", action="store_true", help="write over the file if it is there")
    registry_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read, write, report. Returns 1 if none of the entries could be written."""
    form = FORMATS[arguments.form]
    entries = _chosen(registry_folder(arguments), arguments)
    if form.single and len(entries) > 1:
        raise HubError(f"{form.what} holds one server, not {len(entries)}", "name one id", ExitCode.USAGE)
    document, notes = form.write(entries)
    for note in notes:
        print(_told(note), file=sys.stderr)
    if sum(note.kind is Kind.REFUSED for note in notes) == len(entries):
        return ExitCode.FAILED
    _put(_written(document, form), arguments.output, replace=arguments.replace)
    return ExitCode.OK


def _chosen(folder: Path, arguments: argparse.Namespace) -> list[Entry]:
    if bool(arguments.ids) == arguments.all:
        raise HubError("name the entries to export, or --all", "", ExitCode.USAGE)
    registry = read_registry(folder)
    entries = {source.entry.id: source.entry for source in registry.sources if source.entry}
    ids = list(dict.fromkeys(arguments.ids)) or list(entries)
    for one in ids:
        if one not in entries:
            close = get_close_matches(one, entries, 1)
            hint = f"did you mean {close[0]}?" if close else f"`hub-build check` says what is wrong in {shown(folder)}"
            raise HubError(f"{shown(folder)} has no valid entry {quoted(one)}", hint, ExitCode.USAGE)
    if not ids:
        raise HubError(f"{shown(folder)} has no entries", "", ExitCode.REGISTRY)
    return [entries[one] for one in ids]


def _written(document: object, form: Format) -> bytes:
    if form.yaml and isinstance(document, dict):
        return emit(document)
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _put(data: bytes, output: Path | None, *, replace: bool) -> None:
    if output is None:
        sys.stdout.write(data.decode())
        return
    try:
        with output.open("wb" if replace else "xb") as stream:
            stream.write(data)
    except FileExistsError:
        raise HubError(f"{output} is already there", "write over it with --replace", ExitCode.USAGE) from None
    except OSError as error:
        raise HubError(f"{output} cannot be written: {error.strerror or error}", "", ExitCode.USAGE) from error


def _told(note: Note) -> str:
    value = f" {quoted(note.value)}" if note.value else ""
    return f"{note.kind} {printable(note.field)}{value}: {printable(note.because)}"
