"""Options that several commands share."""

import argparse
from pathlib import Path

from hub_launch.errors import ExitCode, HubError
from hub_launch.settings import SANDBOX_MODES


def add_registry(parser: argparse.ArgumentParser) -> None:
    """`--registry`."""
    parser.add_argument(
        "--registry",
        metavar="PLACE",
        help="the registry to read: folder, file:// or https:// address, or a name given with `registry add` "
        "(default: HUB_REGISTRY, else those that were added and the built-in one)",
    )
    add_trust(parser)


def add_trust(parser: argparse.ArgumentParser) -> None:
    """How a registry's word is checked."""
    parser.add_argument(
        "--root", type=Path, metavar="FILE", help="check the registry's signatures with this root (default: HUB_ROOT)"
    )
    parser.add_argument(
        "--unsigned", action="store_true", help="the registry need not be signed: believe whoever answers there"
    )


def add_format(parser: argparse.ArgumentParser, *more: str) -> None:
    """`--format`. more: forms beside table and json."""
    parser.add_argument("--format", choices=("table", "json", *more), default="table", help="how to print the result")


def add_start(parser: argparse.ArgumentParser) -> None:
    """What every command that starts servers takes."""
    add_registry(parser)
    add_set(parser, "a server's parameter; again for a second value (`hub-launch info ID` lists them)")
    parser.add_argument("-y", "--yes", action="store_true", help="approve the commands that are shown")
    add_sandbox(parser)


def add_set(parser: argparse.ArgumentParser, about: str) -> None:
    """`--set`; `parse_settings` reads it."""
    parser.add_argument("--set", dest="settings", metavar="ID.NAME=VALUE", action="append", default=[], help=about)


def add_sandbox(parser: argparse.ArgumentParser) -> None:
    """`--sandbox`."""
    parser.add_argument(
        "--sandbox",
        choices=SANDBOX_MODES,
        help="how servers are shut in: auto is the strongest way there is, require starts none without (default: "
        "HUB_SANDBOX, else auto)",
    )


def parse_settings(texts: list[str]) -> dict[str, dict[str, list[str]]]:
    """`id.name=value` texts as id -> name -> values. Raises HubError (exit 2)."""
    result: dict[str, dict[str, list[str]]] = {}
    for text in texts:
        target, equals, value = text.partition("=")
        server, dot, name = target.partition(".")
        if not (equals and dot and server and name):
            raise HubError(
                f"--set {text}: not of the form ID.NAME=VALUE",
                "for example --set filesystem.folder=.",
                ExitCode.USAGE,
            )
        result.setdefault(server, {}).setdefault(name, []).append(value)
    return result
