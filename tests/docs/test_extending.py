"""Whoever goes by the page about extending it gets there: its examples are put into a copy of the code, and used."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.docs.pages import DOCS, ROOT

# One copy serves them all.
pytestmark = pytest.mark.xdist_group("extending")

PAGE = DOCS / "extending.md"
_EXAMPLE = re.compile(r'^```python title="([^"]+)"\n(.*?)^```', re.MULTILINE | re.DOTALL)
SECONDS = 60
PACKAGES = ("launcher/hub_launch", "build/hub_build")


def examples():
    """File and text of each example on the page, in their order."""
    return _EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))


def with_lines(text, example):
    """The text of a file, with what the example shows: imports, functions, and the lines of its table."""
    tree, lines = ast.parse(example), example.splitlines(keepends=True)
    for node in tree.body:
        shown = "".join(lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.Assign):
            name = node.targets[0].id
            first, last = _table(text, name)
            text = _inserted(text, last, "".join(shown.splitlines(keepends=True)[1:-1]))
            functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
            for one in functions:
                text = _inserted(text, first, "".join(lines[one.lineno - 1 : one.end_lineno]) + "\n\n")
        elif isinstance(node, ast.ImportFrom):
            text = _inserted(text, _first_import(text), shown)
    return text


def _table(text, name):
    """The first and the last line of the table with that name."""
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if [getattr(one, "id", "") for one in targets] == [name]:
            return node.lineno, node.end_lineno
    raise AssertionError(f"there is no table {name}")


def _first_import(text):
    return next(node.lineno for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom))


def _inserted(text, line, new):
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: line - 1], new, *lines[line - 1 :]])


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the code in which the examples are."""
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for path, example in examples():
        file = folder / path
        old = file.read_text(encoding="utf-8") if file.exists() else None
        file.write_text(example if old is None else with_lines(old, example), encoding="utf-8")
    return folder


@pytest.fixture
def run(copy, tmp_path):
    """Runs a command, or a few lines of Python, by the code of the copy; returns exit code and what was printed."""
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join(str((copy / package).parent) for package in PACKAGES),
    }
    (tmp_path / "home").mkdir()

    def runner(*words):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return runner


@pytest.fixture
def registry(make_registry, tmp_path):
    return make_registry(tmp_path / "registry")


BUILD = ("-m", "hub_build.cli.main")
LAUNCH = ("-c", "from hub_launch.cli.main import entrypoint; entrypoint()")

PLAN = """
import dataclasses, pathlib, sys, yaml
from hub_launch.catalog import Entry
from hub_launch.plan import plan
from hub_launch.plan.context import Context
entry = Entry.model_validate(yaml.safe_load(pathlib.Path(sys.argv[1]).read_text()))
here = Context.of_this_machine(pathlib.Path, pathlib.Path.cwd())
context = dataclasses.replace(here, which=lambda name: f"/usr/bin/{name}")
print(*plan(entry, {"city": ["Rome"]}, context).argv)
"""


def test_the_examples_are_files_and_lines_of_tables():
    shown = [path for path, _ in examples()]
    assert len(shown) == len(set(shown)) >= 8
    new = [path for path in shown if not (ROOT / path).exists()]
    assert new == [
        "launcher/hub_launch/plan/nuget.py",
        "launcher/hub_launch/judge/checks/shouting.py",
        "build/hub_build/outputs/titles.py",
    ]


def test_the_examples_are_written_as_the_house_writes(copy):
    files = [copy / path for path, _ in examples() if not (ROOT / path).exists()]
    for words in (["check"], ["format", "--check"]):
        ruff = [Path(sys.executable).with_name("ruff"), *words, "--no-cache", "--config", ROOT / "pyproject.toml"]
        done = subprocess.run([*ruff, *files], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_server_of_the_new_kind_is_planned(run, registry):
    package = {
        "registryType": "nuget",
        "identifier": "Example.Weather",
        "version": "1.4.0",
        "transport": {"type": "stdio"},
        "packageArguments": [{"type": "positional", "valueHint": "city", "isRequired": True}],
    }
    code, said = run("-c", PLAN, registry.add(packages=[package]))
    assert code == 0, said
    assert said.splitlines()[-1] == "/usr/bin/dnx Example.Weather@1.4.0 --yes -- Rome"


def test_an_entry_that_breaks_the_new_rule_is_refused(run, registry):
    registry.add("weather")
    registry.add("storm", title="Storm", description="THE BEST FORECASTS EVER!")
    code, said = run(*BUILD, "check", registry.folder)
    assert code == 1
    assert "FAIL `description`: `THE BEST FORECASTS EVER!` shouts [shouting]" in said
    assert "weather.yaml" not in said


def test_the_new_file_is_on_the_site_described_and_served(run, registry, tmp_path):
    registry.add("weather")
    registry.add("climate", title="Climate", status="withdrawn", version="0.9.0")
    code, said = run(*BUILD, "site", "--registry", registry.folder, "--output", tmp_path / "site")
    assert code == 0, said
    assert (tmp_path / "site/titles.txt").read_text() == "weather Weather\n"
    assert "/titles.txt" in yaml.safe_load((tmp_path / "site/openapi.yaml").read_text())["paths"]
    assert "/titles.txt" in (tmp_path / "site/_headers").read_text()


def test_a_file_that_loses_a_server_is_noticed(run, copy, registry, tmp_path):
    file = copy / "build/hub_build/outputs/titles.py"
    right = file.read_text()
    file.write_text(right.replace('!= "withdrawn"', '== "withdrawn"'))
    registry.add("weather")
    code, said = run(*BUILD, "site", "--registry", registry.folder, "--output", tmp_path / "site")
    file.write_text(right)
    assert code != 0
    assert "the output titles lacks 1 of 1: weather" in said


def test_the_hub_is_put_into_the_new_editor_and_taken_out(run, tmp_path):
    file = tmp_path / "home/.config/Quill/mcp.json"
    file.parent.mkdir(parents=True)
    before = '{\n  // mine\n  "mcpServers": {"own": {"command": "own"}}\n}\n'
    file.write_text(before)
    code, said = run(*LAUNCH, "install", "quill", "--url", "http://127.0.0.1:8080/mcp", "--yes")
    assert code == 0, said
    assert "http://127.0.0.1:8080/mcp" in file.read_text()
    code, said = run(*LAUNCH, "uninstall", "quill", "--yes")
    assert (code, file.read_text()) == (0, before), said
    code, said = run(*LAUNCH, "clients", "--format", "json")
    assert (code, "quill" in said) == (0, True)
