from hub_build.docs.commands import CODES, page
from hub_launch.cli.commands import COMMANDS
from hub_launch.errors import ExitCode


def test_every_exit_code_has_its_meaning():
    assert CODES.keys() == set(ExitCode)


def test_every_command_and_what_it_takes_is_there():
    said = page()
    assert [name for name in COMMANDS if f"\n### {name}\n" not in said] == []
    assert "\n#### secret set\n" in said
    assert "| <code>--format table&#124;json&#124;yaml</code> | how to print the result |" in said


def test_options_that_several_commands_take_stand_there_once():
    said = page()
    assert said.count("| `--jwt-issuer URL` |") == 1
    assert (
        "options for [choosing a registry](#choosing-a-registry), [serving](#serving)" in said.split("\n### run\n")[1]
    )


def test_a_page_does_not_depend_on_the_width_of_a_terminal(monkeypatch):
    before = page()
    monkeypatch.setenv("COLUMNS", "40")
    assert page() == before
