"""What the documentation names, there is: commands, options, variables, modules, files."""

import argparse
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.docs.pages import CHANGELOG, DOCUMENTS, ROOT, code, commands, is_generated

from hub_build.cli import main as build
from hub_build.docs.commands import VARIABLES
from hub_build.schema import nodes_of
from hub_launch.cli import main as launch
from hub_launch.cli.commands import COMMANDS
from hub_launch.config.models import Config
from hub_launch.judge.contract import entry_schema, lists_schema, schema_of

LIVING = [document for document in DOCUMENTS if document != CHANGELOG]
# What the code says of itself names options of servers and of other programs, in words that are tested elsewhere.
BY_HAND = [document for document in LIVING if not is_generated(document)]
# Of the programs of others, which the documentation speaks of.
OTHERS_OPTIONS = {
    # docker and podman
    *("--memory", "--pids-limit", "--cpus", "--cap-drop", "--read-only", "--platform", "--shm-size", "--user"),
    *("--filter", "--runtime", "--storage-driver", "--servers", "--init", "--env", "--rm"),
    # examples of servers' own
    *("--units", "--folders", "--folder"),
    # of mcp-proxy, npm, pip and gh
    *("--named-server-config", "--pass-environment", "--json", "--no-deps", "--repo"),
}  # fmt: skip
PLACEHOLDERS = ("COMMAND", "ID", "NAME/ID", "--version")
# Groups of entry points look like modules.
GROUPS = ("hub_launch.loaders",)


@cache
def options_of(program: str) -> dict[str, set[str]]:
    """Command -> its options; of words below it too."""
    parsers = (
        {name: inner(launch.build_parser(name))[name] for name in COMMANDS}
        if program == "hub-launch"
        else inner(build.build_parser())
    )
    return {name: set(options(parser)) for name, parser in parsers.items()}


def inner(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    return {name: below for one in found for name, below in one.choices.items()}


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
    for below in inner(parser).values():
        yield from options(below)


def spoken(document: Path) -> Iterator[list[str]]:
    """Every call of our programs, in blocks and in prose, as words."""
    for line in (*commands(document), *code(document)):
        if found := re.match(r"(?:.*&& |\.venv/bin/|[A-Z_]+=\S* )*(hub-(?:launch|build) .*)", line):
            # `a|b` and `...` stand for one of them, and for more.
            yield shlex.split(re.split(r" (?:\||>|&&) ", found[1])[0].replace("'", ""), comments=True)


@pytest.mark.parametrize("document", LIVING, ids=lambda path: path.name)
def test_commands_have_the_options_that_are_shown(document):
    for program, *words in spoken(document):
        known = options_of(program)
        command = words[0] if words[0] in known else "launch"
        if program == "hub-build" or words[0].isupper():
            assert words[0] in known or words[0] in PLACEHOLDERS, words
        if words[0] == "COMMAND":
            continue
        for word in words:
            if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", word) and word != "--help":
                assert word.partition("=")[0] in known[command], f"{program} {' '.join(words)}: {word}"


@pytest.mark.parametrize("document", BY_HAND, ids=lambda path: path.name)
def test_options_that_stand_alone_are_somebodys(document):
    ours = set().union(*options_of("hub-launch").values(), *options_of("hub-build").values())
    named = {word for text in code(document) for word in re.findall(r"(?<!\S)--[a-z][a-z-]+", text)}
    assert named - ours - OTHERS_OPTIONS - {"--help", "--version"} == set()


@cache
def keys() -> set[str]:
    """Of hub.yaml, entries and lists, at any depth."""
    schemas = (schema_of(Config), entry_schema(), lists_schema())
    return {key for schema in schemas for node in nodes_of(schema) for key in node.get("properties", ())}


@pytest.mark.parametrize("document", BY_HAND, ids=lambda path: path.name)
def test_keys_that_are_shown_with_a_value_are_keys_of_ours(document):
    shown = [found[1] for text in code(document) if (found := re.fullmatch(r"([a-z][A-Za-z]+): [^ ].*", text))]
    assert set(shown) - keys() == set()


@cache
def variables() -> set[str]:
    sources = (path.read_text(encoding="utf-8") for folder in ("launcher", "build", "tests") for path in
               (ROOT / folder).rglob("*.py"))  # fmt: skip
    return {name for source in sources for name in re.findall(r"\bHUB_[A-Z_]+\b", source)}


@pytest.mark.parametrize("document", LIVING, ids=lambda path: path.name)
def test_variables_are_read_by_the_code(document):
    named = set(re.findall(r"\bHUB_[A-Z_]+[A-Z]\b", document.read_text(encoding="utf-8")))
    assert named - variables() == set()


def test_every_variable_of_the_user_is_documented():
    settings = (ROOT / "launcher/hub_launch/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"\bHUB_[A-Z_]+\b", settings))
    assert read - set(", ".join(VARIABLES).split(", ")) == set()


@pytest.mark.parametrize("document", LIVING, ids=lambda path: path.name)
def test_modules_and_files_of_ours_are_there(document):
    for text in code(document):
        if (found := re.fullmatch(r"(hub_(?:launch|build)(?:\.[a-z_]+)+)", text)) and text not in GROUPS:
            folder = ROOT / ("launcher" if text.startswith("hub_launch") else "build")
            assert exists(folder, found[1].split(".")), f"{document.name}: {text}"
        elif re.fullmatch(r"(?:launcher|build|tests|deploy|schema|examples|benchmarks|site_src)/[\w./-]+", text):
            assert (ROOT / text).exists(), f"{document.name}: {text}"


def exists(folder: Path, names: list[str]) -> bool:
    """A module, or something that a module has."""
    path = folder.joinpath(*names)
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    return len(names) > 1 and names[-1] in module_text(folder, tuple(names[:-1]))


def module_text(folder: Path, names: tuple[str, ...]) -> str:
    path = folder.joinpath(*names)
    module = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return module.read_text(encoding="utf-8") if module.is_file() else ""


def test_the_tables_that_extensions_go_into_are_where_contributing_says():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| [^|]+ \| ([^|]+) \|", text, re.MULTILINE)
    named = [pair for row in rows for pair in re.findall(r"`([A-Z_]+)`[^`]* in `([\w/]+\.py)`", row)]
    assert len(named) >= 12
    for table, place in named:
        found = list(ROOT.glob(f"launcher/hub_launch/**/{place}")) + list(ROOT.glob(f"build/hub_build/**/{place}"))
        assert any(re.search(rf"^{table}\b", path.read_text(encoding="utf-8"), re.MULTILINE) for path in found), place
