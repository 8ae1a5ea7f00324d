"""`hub-launch completion`: what makes a shell complete the command's words; and the answers that it then asks for.

The shell starts `hub-launch` for each completion with `_ARGCOMPLETE` set; nothing of a registry is fetched for that.
"""

import argparse
import math
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.index.places import Place

SHELLS = ("bash", "zsh", "fish")

# Of a large registry; more than a shell shows.
MAX_IDS = 500


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "shell",
        choices=SHELLS,
        help='for bash and zsh `eval "$(hub-launch completion bash)"` in .bashrc or .zshrc; for fish its output in '
        "~/.config/fish/completions/hub-launch.fish",
    )
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print it."""
    from argcomplete.shell_integration import shellcode

    code = shellcode(["hub-launch"], shell=arguments.shell)
    if arguments.format == "json":
        terminal.json({"shell": arguments.shell, "code": code})
    else:
        terminal.print(code)
    return ExitCode.OK


def complete(environ: MutableMapping[str, str] = os.environ) -> None:
    """Answer the shell, and end the process."""
    import argcomplete

    from hub_launch.cli.main import build_parser

    parser = build_parser(spelled_out(environ))
    _with_ids(parser, environ)
    argcomplete.autocomplete(parser)


def spelled_out(environ: MutableMapping[str, str]) -> str:
    """The command that the line is of; `launch` is put where it is meant and not written."""
    from hub_launch.cli.commands import COMMANDS
    from hub_launch.cli.main import with_default_command

    line, point = environ.get("COMP_LINE", ""), int(environ.get("COMP_POINT", "0"))
    program, *words = line[:point].split() or [""]
    unfinished = words.pop() if words and not line[:point].endswith(" ") else ""
    if not words:
        known = not unfinished or any(one.startswith(unfinished) for one in (*COMMANDS, "-h", "--help", "--version"))
        command = "" if known else "launch"
    else:
        # Also an id, which is complete by now.
        command = "registry" if words == ["registry"] else with_default_command(words)[0]
    if command == "launch" and words[:1] != ["launch"]:
        environ["COMP_LINE"] = f"{program} launch{line[line.index(program) + len(program) :]}"
        environ["COMP_POINT"] = str(point + len(" launch"))
    return command


def _with_ids(parser: argparse.ArgumentParser, environ: MutableMapping[str, str]) -> None:
    """Have arguments that are ids completed."""
    # The library looks for `completer` there; argparse has no other place for it.
    for action in _actions(parser):
        if action.dest in ("id", "ids", "server"):
            action.completer = lambda prefix, **_: ids(Settings.load(environ), prefix)


def _actions(parser: argparse.ArgumentParser) -> list[Any]:
    found: list[Any] = []
    for action in parser._actions:
        found.append(action)
        if isinstance(action, argparse._SubParsersAction):
            found += [inner for child in action.choices.values() for inner in _actions(child)]
    return found


def ids(settings: Settings, prefix: str) -> list[str]:
    """Ids that begin so, of registries that were read before or are on this machine; none where that does not work."""
    from hub_launch.index.places import places
    from hub_launch.index.registries import Registries

    try:
        near = [one for one in places(settings) if _is_near(one, settings.cache_dir)]
        # The place that the settings name would be read in any case.
        if settings.registry and not near:
            return []
        found = Registries.open(settings, math.inf, instead=near).all() if near else []
    except HubError:
        return []
    return [one.row.id for one in found if one.row.id.startswith(prefix)][:MAX_IDS]


def _is_near(place: "Place", cache_dir: Path) -> bool:
    from hub_launch.index.cache import Cache
    from hub_launch.index.root import shipped_root

    if not place.location.startswith(("http://", "https://")):
        return True
    location = place.location.rstrip("/")
    return any(Cache(cache_dir, location, root).state() for root in (place.root, shipped_root()))
