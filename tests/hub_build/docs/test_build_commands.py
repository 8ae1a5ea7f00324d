from hub_build.cli.main import COMMANDS
from hub_build.docs.build_commands import page


def test_every_command_and_what_it_takes_is_there():
    said = page()
    assert [name for name in COMMANDS if f"\n### {name}\n" not in said] == []
    assert "\n#### sign publish\n" in said
    assert "| `--compress` |" in said
