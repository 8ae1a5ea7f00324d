"""One run of an import: the files that are meant, and the servers in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub_build.convert import FORMATS, Defaults, Ids, Imported, detected, imported
from hub_build.convert.outcome import Outcome
from hub_build.convert.source import read_document, told_briefly
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.registry import shown

_ENDINGS = (".json", ".yaml", ".yml")
# Docker keeps a file of recorded tools beside each `server.yaml`.
_MAIN_FILE = "server.yaml"
# A registry with a file for each of 100,000 servers; beyond it, a folder was probably named by mistake.
MAX_FILES = 200_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found. unread: files that could not be read or are in no known form, and why."""

    files: int
    servers: Sequence[Imported]
    unread: Sequence[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it."""

    files: int
    outcomes: Sequence[Outcome]
    unread: Sequence[tuple[str, str]]


def gathered(path: Path, form: str, defaults: Defaults, ids: Ids) -> Gathered:
    """The servers in the file or folder `path`; `form` is empty to find it out for each file.

    Raises HubError for a path that is not there, or a single file that cannot be read or is in no known form.
    """
    files = _files(path)
    servers: list[Imported] = []
    unread: list[tuple[str, str]] = []
    for file in files:
        found = _servers(file, form, defaults, ids)
        if isinstance(found, str):
            unread.append((shown(file), found))
        else:
            servers += found
    if unread and len(files) == 1:
        hint = f"forms: {', '.join(FORMATS)}; name one with --from"
        raise HubError(f"{unread[0][0]}: {unread[0][1]}", hint, ExitCode.USAGE)
    return Gathered(len(files), servers, unread)


def _servers(file: Path, form: str, defaults: Defaults, ids: Ids) -> list[Imported] | str:
    document = read_document(file, shown(file))
    if isinstance(document, tuple):
        return told_briefly(document)
    name = form or detected(document)
    if not name:
        return "in no form that is known here"
    if not FORMATS[name].detect(document):
        return f"not {FORMATS[name].what}"
    return list(imported(document, name, defaults, ids))


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise HubError(f"there is no file or folder {path}", "name the file to import", ExitCode.USAGE)
    files = sorted(_inside(path)) if path.is_dir() else [path]
    if not files:
        raise HubError(f"{path} has no file that ends in {', '.join(_ENDINGS)}", "", ExitCode.USAGE)
    if len(files) > MAX_FILES:
        raise HubError(f"{path} has more than {MAX_FILES:,} files", "name a smaller folder", ExitCode.USAGE)
    return files


def _inside(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        beside_main = file.name != _MAIN_FILE and (file.parent / _MAIN_FILE).is_file()
        if file.suffix.lower() in _ENDINGS and file.is_file() and not beside_main:
            yield file
