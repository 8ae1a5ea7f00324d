import re
from pathlib import Path

import pytest

from hub_launch.cli.commands import COMMANDS

PAGE = (Path(__file__).parents[3] / "site_src/docs/migration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("other", ["run", "init-config", "import-seed", "list", "info", "toggle", "add-server",
                                   "analyze-openapi", "export-servers"])  # fmt: skip
def test_each_command_of_the_seeds_has_one_here(other):
    (row,) = re.findall(rf"^\| `{other}[ `].*$", PAGE, re.MULTILINE)
    named = re.findall(r"`hub-launch ([a-z]+)", row.partition(" | ")[2])
    assert named
    assert all(name in COMMANDS for name in named)
