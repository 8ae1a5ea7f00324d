"""`hub-launch doctor`: what of this machine works for servers, and what to do about what does not."""

import argparse
import os

from hub_launch.cli.doctor.checks import CHECKS, Health, Level
from hub_launch.cli.options import add_format, add_registry
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.settings import Settings
from hub_launch.text import printable

_MARKS = {Level.OK: "ok", Level.MISSING: "--", Level.BAD: "!!"}


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_registry(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print each check's outcome. Exit 1 if something is wrong; what is only missing is no mistake."""
    found = [(name, check(settings, os.environ)) for name, check in CHECKS.items()]
    if arguments.format == "json":
        terminal.json([_document(name, health) for name, health in found])
    else:
        width = max(map(len, CHECKS))
        for name, health in found:
            terminal.hanging(f"{_MARKS[health.level]}  {name:<{width}}  ", printable(health.said))
            if health.hint:
                terminal.hanging(f"    {'':<{width}}  -> ", printable(health.hint))
    return ExitCode.FAILED if any(health.level is Level.BAD for _, health in found) else ExitCode.OK


def _document(name: str, health: Health) -> dict[str, str]:
    return {"check": name, "level": health.level.value, "said": health.said, "hint": health.hint}
