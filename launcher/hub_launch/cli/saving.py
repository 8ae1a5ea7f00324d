"""Servers of a registry that are written into hub.yaml, or taken out of it."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hub_launch.cli.changing import place_for
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.wishes import Wishes
from hub_launch.clients.editing import differing
from hub_launch.config.edit import with_server, without_server, write_changed
from hub_launch.config.loading import find_file
from hub_launch.config.starting import SCHEMA
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.secrets import REFERENCE
from hub_launch.index.registries import Found
from hub_launch.plan import parameters_of
from hub_launch.settings import Settings
from hub_launch.text import printable

# Where the file's word for a wish is another.
_KEYS = {"idle_minutes": "idle"}

_NEW = f"# yaml-language-server: $schema={SCHEMA}\nservers:\n"


def add_saving(parser: argparse.ArgumentParser) -> None:
    """`--save` and `--no-save`."""
    parser.add_argument(
        "-c", "--config", type=Path, metavar="FILE", help="the configuration to write to (default: as for --save)"
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--save",
        action="store_true",
        help="write it into hub.yaml, and make one in this folder if there is none (default: if the hub was started "
        "from one, or none runs and one is here)",
    )
    group.add_argument("--no-save", action="store_true", help="leave hub.yaml as it is: change the running hub alone")


def file_to_write(arguments: argparse.Namespace, settings: Settings, status: Any) -> Path | None:
    """The configuration that is to be changed, be it a new one; None where there is none to change.

    status: of the running hub; None where none runs.
    """
    if arguments.no_save:
        return None
    if arguments.config:
        return Path(arguments.config).absolute()
    if status and status["config"]:
        return Path(status["config"])
    if arguments.save:
        return place_for(None, Path.cwd(), settings.config_dir).absolute()
    return None if status else _there_is(settings)


def part_of(
    found: Found, given: Mapping[str, Sequence[str]], typed: str, wishes: Wishes, *, absolute: bool
) -> dict[str, Any]:
    """How hub.yaml says what was asked for. Raises HubError (exit 2) for a secret: a file is no place for it.

    typed: as the server was named. absolute: paths are meant from another folder than the file's.
    """
    values = {
        one.name: _written(found.row.id, one.input, given[one.name], one.name, absolute=absolute)
        for one in parameters_of(found.entry())
        if one.name in given
    }
    part: dict[str, Any] = {"set": values} if values else {}
    registry, slash, rest = typed.partition("/")
    if slash and registry == found.registry.name:
        part["registry"] = registry
    if "@" in (rest or typed):
        part["version"] = found.row.version
    usual = asdict(Wishes())
    changed = {key: str(value) for key, value in asdict(wishes).items() if value != usual[key]}
    return part | {_KEYS.get(key, key): value for key, value in changed.items()}


def _written(server: str, wanted: Any, values: Sequence[str], name: str, *, absolute: bool) -> str | list[str]:
    if wanted.is_secret and not all(value.startswith(REFERENCE) for value in values):
        raise HubError(
            f"{server}.{name} is a secret, and hub.yaml is no place for it",
            f"`hub-launch secret set {server}.{name}` keeps it, and then leave it out here; --no-save writes nothing",
            ExitCode.USAGE,
        )
    # What looks like a variable was typed as it is.
    texts = [value.replace("${", "$${") for value in values]
    if absolute and wanted.format == "filepath":
        texts = [str(Path(text).expanduser().absolute()) for text in texts]
    return texts[0] if len(texts) == 1 else texts


def with_servers(path: Path, parts: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """The file's text, and as it is with more servers. Raises HubError (exit 2) if it has one already."""
    before = path.read_bytes().decode() if path.exists() else ""
    after = before or (_NEW if path.suffix != ".toml" else "")
    for name, part in parts.items():
        after = with_server(path, after, name, part)
    return before, after


def without_servers(path: Path, names: Sequence[str]) -> tuple[str, str]:
    """The file's text, and as it is without some servers. Raises HubError (exit 2)."""
    before = after = path.read_bytes().decode()
    for name in names:
        after = without_server(path, after, name)
    return before, after


def write_shown(path: Path, before: str, after: str, terminal: Terminal) -> None:
    """Show what changes, and write it. Raises HubError."""
    terminal.note(f"{printable(str(path))}:")
    for line in differing(before, after):
        terminal.note(f"  {line}")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    write_changed(path, after)


def _there_is(settings: Settings) -> Path | None:
    try:
        return find_file(None, Path.cwd(), settings.config_dir)
    except HubError:
        return None
