"""`hub-launch plan`: what would run, in full; starts nothing."""

import argparse
from typing import Any

from hub_launch.cli.agree import all_asked
from hub_launch.cli.options import add_format, add_start
from hub_launch.cli.prepare import Prepared
from hub_launch.cli.run import add_named, prepared_for
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.guard.consent import Asked, describe
from hub_launch.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_named(parser)
    add_start(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print it. Exit 1 if one of them cannot be started here."""
    prepared, settings = prepared_for(arguments, settings, terminal)
    asked = all_asked(prepared, settings)
    if arguments.format == "json":
        terminal.json([_document(one) for one in asked])
    else:
        for one in asked:
            terminal.print(describe(one))
    _note(prepared, terminal)
    return ExitCode.FAILED if prepared.unplanned else ExitCode.OK


def _document(asked: Asked) -> dict[str, Any]:
    pin = asked.now.model_dump(mode="json", exclude_none=True, exclude={"approval"}) if asked.now else {}
    return {"id": asked.launch.id, **pin}


def _note(prepared: Prepared, terminal: Terminal) -> None:
    for one in prepared.unplanned:
        terminal.note(f"{one.id}: cannot be started here: {one.error.message}")
