"""`hub-launch reload`: have a running hub do what its configuration says now, and approve what is new in it."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from hub_launch.cli.agree import agree
from hub_launch.cli.following import Report
from hub_launch.cli.hubs import add_hub, open_hub, settings_of_hub
from hub_launch.cli.options import add_format
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.wanted import planner_of, wanted_by
from hub_launch.config.loading import load
from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.control.client import Line
from hub_launch.settings import Settings
from hub_launch.text import printable


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_hub(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="approve the commands that are shown")
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Carry out the file. Raises HubError for a hub without one, and (exit 4) if nobody approves what is new."""
    with open_hub(arguments, settings) as hub:
        report = reload_hub(hub, settings, terminal, arguments)
    if arguments.format == "json":
        terminal.json(asdict(report))
    return ExitCode.OK


def reload_hub(hub: Line, settings: Settings, terminal: Terminal, arguments: argparse.Namespace) -> Report:
    """Have the hub follow its configuration; what it may not start yet is shown and approved here."""
    status = hub.ask("status")
    if not status["config"]:
        raise HubError("This hub was not started from a configuration", "`hub-launch add` gives it servers")
    report = Report(**hub.ask("reload"))
    waiting, report.waiting = report.waiting, []
    _tell(report, terminal)
    if waiting:
        return report.and_then(_agree(waiting, hub, settings_of_hub(status, settings), terminal, arguments))
    if not report.lines():
        terminal.note(f"the hub is as {printable(status['config'])} says")
    return report


def _agree(
    waiting: Sequence[str], hub: Line, settings: Settings, terminal: Terminal, arguments: argparse.Namespace
) -> Report:
    configuration = load(Path(hub.ask("status")["config"]), os.environ)
    wanted = [one for one in wanted_by(configuration, hub.ask("profile")) if one.name in waiting]
    prepared = planner_of(configuration, settings, terminal).plan_all(wanted)
    agree(prepared, settings, terminal, arguments.argv, approved=arguments.yes)
    report = Report(**hub.ask("reload"))
    _tell(report, terminal)
    if report.waiting:
        raise HubError(
            f"the hub would start {', '.join(report.waiting)} otherwise than was approved",
            "its PATH, its environment or its registry is another than here",
            ExitCode.CONSENT,
        )
    return report


def _tell(report: Report, terminal: Terminal) -> None:
    for line in report.lines():
        terminal.note(printable(line))
