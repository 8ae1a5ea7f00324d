"""`hub-launch registry`: the registries that are read when none is named."""

import argparse
from pathlib import Path
from typing import Any

from hub_launch.cli.options import add_format, add_trust
from hub_launch.cli.terminal import Terminal, note_all
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.opening import open_source
from hub_launch.index.places import Place, add, all_places, built_in, remove, restore
from hub_launch.index.registry import Registry
from hub_launch.index.root import is_development, read_root, short_hash
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    words = parser.add_subparsers(dest="word", metavar="add|list|remove", required=True)
    adding = words.add_parser("add", help="read another registry too, before the built-in one")
    adding.add_argument("name", help="what to call it, as in `hub-launch NAME/ID`")
    adding.add_argument("place", nargs="?", help="folder, file:// or https:// address (none for the built-in one)")
    adding.add_argument("--first", action="store_true", help="prefer it to those that were added before")
    add_trust(adding)
    listing = words.add_parser("list", help="the registries that are read, best first")
    removing = words.add_parser("remove", help="read a registry no longer")
    removing.add_argument("name", help="what it is called")
    for one in (adding, listing, removing):
        add_format(one)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Do what the second word says."""
    if arguments.word == "add":
        _add(arguments, settings, terminal)
    elif arguments.word == "remove":
        remove(settings.config_dir, arguments.name)
        terminal.note(f"{arguments.name} is read no longer")
    if arguments.format == "json":
        terminal.json([_document(place) for place in all_places(settings.config_dir)])
    elif arguments.word == "list":
        rows = (_cells(place) for place in all_places(settings.config_dir))
        terminal.table(("name", "place", "checked with"), rows)
    return ExitCode.OK


def _add(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> None:
    if arguments.place is None:
        _restore(arguments.name, settings, terminal)
        return
    if arguments.root and arguments.unsigned:
        raise HubError("--root and --unsigned contradict each other", "give one of them", ExitCode.USAGE)
    root = read_root(arguments.root) if arguments.root else b""
    place = Place(arguments.name, _absolute(arguments.place), root, arguments.unsigned)
    if root:
        # Here, since it loads cryptography.
        from hub_launch.index.trust import check_root

        check_root(root, str(arguments.root))
    # Read before it is remembered: a mistake in the address is told now and not at the next start.
    registry = Registry(open_source(place, settings.cache_dir), place.name)
    note_all(registry.notices, terminal)
    add(settings.config_dir, place, first=arguments.first)
    terminal.note(f"{place.name} is read from now on: {len(registry.index.ids)} servers at {registry.location}")


def _restore(name: str, settings: Settings, terminal: Terminal) -> None:
    if name != built_in().name:
        raise HubError(
            f"Where is the registry {name}?", f"`hub-launch registry add {name} https://...`", ExitCode.USAGE
        )
    restore(settings.config_dir)
    terminal.note(f"{name} is read again")


def _absolute(place: str) -> str:
    """A folder's path as it is from everywhere."""
    return place if "://" in place else str(Path(place).expanduser().absolute())


def _document(place: Place) -> dict[str, Any]:
    root = short_hash(place.root) if place.root else None
    return {"name": place.name, "place": place.location, "root": root, "unsigned": place.unsigned}


def _cells(place: Place) -> tuple[str, str, str]:
    if place.root:
        kind = "development root" if is_development(place.root) else "root"
        return place.name, place.location, f"{kind} {short_hash(place.root)}"
    return place.name, place.location, "nothing (--unsigned)" if place.unsigned else ""
