"""What holds for every command: a form for programs, and exit codes that are written down."""

import argparse
import json
import re
from pathlib import Path

import pytest

from hub_build.docs.commands import CODES
from hub_build.docs.pages import DOCS
from hub_launch.cli.commands import ALWAYS, COMMANDS, MEANINGS
from hub_launch.cli.main import build_parser
from hub_launch.errors import ExitCode

CLI = Path(__file__).parents[3] / "launcher/hub_launch/cli"


def inner(parser):
    found = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return {name: one for group in found for name, one in group.choices.items()}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_form_for_programs(name):
    """And each word of those that have words: `secret set`."""
    parser = inner(build_parser(name))[name]
    for word, one in (inner(parser) or {name: parser}).items():
        (form,) = (option for option in one._actions if "--format" in option.option_strings)
        assert {"json"} < set(form.choices), word


@pytest.mark.parametrize("name", COMMANDS)
def test_every_commands_exit_codes_are_in_its_help_and_on_the_page(name):
    command = COMMANDS[name]
    epilog = inner(build_parser(name))[name].epilog
    assert epilog == f"exit codes: {command.exits}"
    section = re.search(
        rf"^### {name}\n(.*?)(?=^### |^## |\Z)", (DOCS / "cli.md").read_text(), re.MULTILINE | re.DOTALL
    )[1]
    assert f"Exit codes: {command.exits}." in section
    codes = [int(one) for one in re.findall(r"(?:^|; )(\d+) ", command.exits)]
    assert codes == sorted({*ALWAYS, *command.codes, *([1] if command.failed else [])})


def test_every_code_has_a_meaning_everywhere():
    assert set(CODES) == set(ExitCode) == {*ALWAYS, *MEANINGS, ExitCode.FAILED}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_can_fail_or_need_agreement_says_so(name):
    """What its own module raises; what it calls may raise more."""
    text = (CLI / COMMANDS[name].module.replace(".", "/")).with_suffix(".py")
    code = text.read_text() if text.exists() else (CLI / COMMANDS[name].module / "__init__.py").read_text()
    if "ExitCode.FAILED" in code:
        assert COMMANDS[name].failed
    if "agree(" in code or "require_yes(" in code or "agree_to_change(" in code:
        assert ExitCode.CONSENT in COMMANDS[name].codes or name in ("clients", "diff")
    if "Registries.open(" in code or "prepare(" in code:
        assert ExitCode.REGISTRY in COMMANDS[name].codes or name in ("clients", "uninstall", "completion")


@pytest.fixture
def servers(publish, entry, tmp_path, monkeypatch):
    publish([entry("demo"), entry("other")])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("argv", "holds"),
    [
        (["init", "demo"], lambda said: said["servers"] == ["demo"] and said["file"].endswith("/hub.yaml")),
        (["list"], lambda said: [one["id"] for one in said] == ["demo", "other"]),
        (["search", "demo"], lambda said: [one["id"] for one in said] == ["demo"]),
        (["info", "demo"], lambda said: "demo" in json.dumps(said)),
        (["plan", "demo"], lambda said: [one["id"] for one in said] == ["demo"]),
        (["lock", "demo", "--yes"], lambda said: list(said["servers"]) == ["demo"] and said["file"].endswith(".lock")),
        (["registry", "list"], lambda said: [one["name"] for one in said] == ["checkout"]),
        (["registry", "remove", "checkout"], lambda said: said == []),
        (["auth", "list"], lambda said: said == []),
        (["token"], lambda said: len(said["token"]) > 40),
        (["secret", "list"], lambda said: said == []),
        (["clients"], lambda said: said == []),
        (["install", "cursor", "--url", "--yes"], lambda said: said["hub"] == {"url": "http://127.0.0.1:8080/mcp"}),
        (["export", "vscode", "demo"], lambda said: list(said["servers"]) == ["mcp-hub"]),
        (["export", "compose", "demo"], lambda said: list(said["services"]) == ["mcp-hub"]),
        (["completion", "bash"], lambda said: "hub-launch" in said["code"]),
        (["doctor"], lambda said: {"check", "level", "said", "hint"} == set(said[0])),
        (["publish", "nothing.yaml"], lambda said: said["error"]["code"] == 2),
        (["unpublish", "nothing"], lambda said: "nothing" in said["error"]["message"]),
        (["diff", "demo"], lambda said: "starts it" in said["error"]["hint"]),
        (["status"], lambda said: said["error"]["message"] == "No hub is running"),
        (["run"], lambda said: "There is no hub.yaml" in said["error"]["message"]),
        (["launch", "nobody"], lambda said: "No server 'nobody'" in said["error"]["message"]),
        (["lsit"], lambda said: said["error"]["hint"].startswith("did you mean `hub-launch list`? ")),
        (["list", "--bogus"], lambda said: said["error"]["message"] == "hub-launch list has no option --bogus"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_is_printed_for_programs_is_one_document(cli, servers, monkeypatch, argv, holds):
    monkeypatch.setattr("hub_launch.cli.secret.secrets_of", lambda settings: type("None_", (), {"names": list})())
    ran = cli(*argv, "--format", "json")
    assert holds(json.loads(ran.out)), ran.out
    assert ("error" in json.loads(ran.out)) == (ran.code == 2)
