"""A shell is told how the word at the cursor may go on."""

import os
import shutil
import subprocess
import sys

import pytest


@pytest.fixture(autouse=True)
def _registry(publish, entry):
    publish([entry("time"), entry("timer"), entry("git")])


@pytest.fixture
def offered(tmp_path):
    """What is offered after a line, the cursor at its end."""

    def ask(line, **environ):
        out = tmp_path / "offered"
        asked = {
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_IFS": "\n",
            "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(out),
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
            "HUB_REGISTRY": str(tmp_path / "site"),
            "HUB_CACHE_DIR": str(tmp_path / "cache"),
            "HUB_CONFIG_DIR": str(tmp_path / "config"),
        }
        code = "from hub_launch.cli.main import entrypoint; entrypoint()"
        done = subprocess.run([sys.executable, "-P", "-c", code], env=os.environ | asked | environ, capture_output=True)
        assert done.returncode == 0, done.stderr
        return out.read_text().split("\n")

    return ask


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hub-launch sea", ["search"]),
        ("hub-launch list --form", ["--format"]),
        ("hub-launch list --format ", ["table", "json", "yaml"]),
        ("hub-launch info ti", ["time", "timer"]),
        ("hub-launch launch g", ["git"]),
        # A command is not needed to start servers.
        ("hub-launch tim", ["time", "timer"]),
        ("hub-launch git tim", ["time", "timer"]),
        ("hub-launch git --sand", ["--sandbox"]),
        ("hub-launch registry li", ["list"]),
    ],
)
def test_words_go_on_as_the_command_says(offered, line, words):
    assert [one.strip() for one in offered(line)] == words


def test_no_registry_is_asked_for_that(offered, web):
    assert offered("hub-launch info ti", HUB_REGISTRY=web.url) == [""]
    assert web.requests == []


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash_completes_with_what_is_printed(cli, tmp_path, monkeypatch):
    program = tmp_path / "bin/hub-launch"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom hub_launch.cli.main import entrypoint\nentrypoint()\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    # As bash itself calls the function that is registered for the program.
    asked = (
        "COMP_LINE='hub-launch list --form' COMP_POINT=22 COMP_TYPE=9\n"
        "COMP_CWORD=2 COMP_WORDS=(hub-launch list --form)\n"
        "spec=$(complete -p hub-launch); [[ $spec =~ -F\\ ([^\\ ]+) ]]; ${BASH_REMATCH[1]} hub-launch --form list\n"
        'echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", f"{cli('completion', 'bash').out}\n{asked}"], capture_output=True, text=True)
    assert done.stdout.split() == ["--format"], done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_is_printed_is_code_of_the_shell(cli, shell):
    code = cli("completion", shell).out
    assert "hub-launch" in code
    if program := shutil.which(shell):
        assert subprocess.run([program, "-n"], input=code, text=True).returncode == 0
