"""The workflows of publishing cannot run here; that what they type is understood can be tried."""

import re
import shlex
from pathlib import Path

import pytest

from hub_build.cli.main import build_parser

WORKFLOWS = Path(__file__).parents[3] / ".github" / "workflows"
COMMANDS = [
    pytest.param(command.strip(), id=f"{path.name}: {command.strip()}")
    for path in sorted(WORKFLOWS.glob("*.yml"))
    # Up to where the shell ends or redirects a command.
    for command in re.findall(r"(?:run: |^ +|bin/)(hub-build [^\n;)>|]+)", path.read_text(), re.MULTILINE)
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_a_workflow_is_one(command):
    words = shlex.split(command.replace("$FIRST", "--first"))[1:]
    assert build_parser().parse_args(words).command == words[0]


def test_there_are_some():
    assert len(COMMANDS) >= 6
