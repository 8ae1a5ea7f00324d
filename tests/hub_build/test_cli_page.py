import re

import pytest

from hub_build.cli_page import CODES, MIGRATION, PAGE, page
from hub_launch.cli.main import COMMANDS
from hub_launch.errors import ExitCode


def test_the_page_is_what_the_commands_say_of_themselves():
    assert PAGE.read_text(encoding="utf-8") == page(), "`make schema` writes it"


def test_every_exit_code_has_its_meaning():
    assert CODES.keys() == set(ExitCode)


def test_every_command_and_what_it_takes_is_there():
    said = page()
    assert [name for name in COMMANDS if f"\n### {name}\n" not in said] == []
    assert "\n#### secret set\n" in said
    assert "| `--format table\\|json\\|yaml` | how to print the result |" in said


@pytest.mark.parametrize("other", ["run", "init-config", "import-seed", "list", "info", "toggle", "add-server",
                                   "analyze-openapi", "export-servers"])  # fmt: skip
def test_each_command_of_the_seeds_has_one_here(other):
    (row,) = re.findall(rf"^\| `{other}[ `].*$", MIGRATION, re.MULTILINE)
    named = re.findall(r"`hub-launch ([a-z]+)", row.partition(" | ")[2])
    assert named
    assert all(name in COMMANDS for name in named)


def test_a_page_does_not_depend_on_the_width_of_a_terminal(monkeypatch):
    before = page()
    monkeypatch.setenv("COLUMNS", "40")
    assert page() == before
