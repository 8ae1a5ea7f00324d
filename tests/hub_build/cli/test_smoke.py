"""`hub-build smoke` on entries that need no package registry: an OpenAPI document, and modules that are not there."""

import json
import subprocess
import sys

import pytest

from hub_build.cli.smoke import FORMAT_NAMES
from hub_build.smoke.report import FORMATS
from hub_launch.errors import ExitCode

API = {"packages": ..., "openapi": {"file": "pets.yaml", "baseUrl": "https://api.example.com"}}
BROKEN = {"packages": ..., "module": {"path": "no_such_module_anywhere"}}
REMOTE = {"packages": ..., "remotes": [{"type": "streamable-http", "url": "http://127.0.0.1:9/mcp"}]}
PETS = """
openapi: 3.0.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: list_pets
      description: %s
      responses: {"200": {description: All pets.}}
"""


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def pets(registry):
    def write(description="All pets."):
        registry.add("pets", **API)
        registry.write("openapi/pets.yaml", PETS % description)

    write()
    return write


def recorded(registry, id_):
    return json.loads((registry.folder / f"recorded/{id_}.json").read_text(encoding="utf-8"))


def test_what_a_server_offers_is_recorded_and_another_test_makes_no_difference(run, registry, pets):
    assert run("smoke", "pets").code == ExitCode.OK
    record = recorded(registry, "pets")
    assert record["outcome"] == "passed"
    assert [tool["name"] for tool in record["tools"]] == ["list_pets"]
    path = registry.folder / "recorded/pets.json"
    path.write_text(path.read_text().replace(record["date"], "2026-01-01"))
    again = run("smoke", "pets")
    assert "written" not in again.err
    assert recorded(registry, "pets")["date"] == "2026-01-01"
    assert run("check").code == ExitCode.OK


def test_a_check_tells_which_tools_changed_and_writes_nothing(run, registry, pets):
    run("smoke", "pets")
    before = recorded(registry, "pets")
    pets("Some pets.")
    found = run("smoke", "--check")
    assert found.code == ExitCode.FAILED
    assert "tool ~ list_pets (description)" in found.out
    assert recorded(registry, "pets") == before


def test_one_that_fails_says_why_and_is_in_the_way_of_no_other(run, registry, pets):
    registry.add("broken", **BROKEN)
    registry.add("far", **REMOTE)
    found = run("smoke", "--format", "json")
    report = json.loads(found.out)
    assert found.code == ExitCode.FAILED
    assert report["outcomes"] == {"passed": 1, "unreachable": 1, "failed": 1}
    assert "there is no module no_such_module_anywhere" in recorded(registry, "broken")["reason"]
    assert found.err.startswith("[1/3] ")


def test_what_cannot_be_reached_here_fails_only_where_that_is_asked_for(run, registry):
    registry.add("far", **REMOTE)
    assert run("smoke").code == ExitCode.OK
    assert run("smoke", "--strict").code == ExitCode.FAILED


def test_a_kind_that_nobody_here_starts_is_recorded_as_untried(run, registry):
    image = {"registryType": "nuget", "identifier": "A.B", "version": "1.0.0", "transport": {"type": "stdio"}}
    registry.add("image", packages=[image])
    assert run("smoke").code == ExitCode.OK
    assert recorded(registry, "image")["outcome"] == "untried"
    assert "can only be started as nuget" in recorded(registry, "image")["reason"]


def test_variables_that_the_entry_says_are_needed_are_recorded_and_nothing_started(run, registry):
    registry.add("broken", smoke={"needs": ["EXAMPLE_TOKEN"]}, **BROKEN)
    found = run("smoke")
    assert found.code == ExitCode.OK
    assert "broken: needs EXAMPLE_TOKEN" in found.out
    assert recorded(registry, "broken")["needs"] == ["EXAMPLE_TOKEN"]


def test_a_value_that_the_smoke_section_lacks_fails_and_says_which(run, registry):
    folder = {"type": "positional", "valueHint": "folder", "isRequired": True}
    package = {"registryType": "npm", "identifier": "w", "version": "1", "transport": {"type": "stdio"}}
    registry.add("weather", packages=[package | {"packageArguments": [folder]}])
    found = run("smoke")
    assert found.code == ExitCode.FAILED
    assert "weather needs folder" in found.out


def test_withdrawn_entries_are_not_started_unless_named(run, registry):
    registry.add("broken", status="withdrawn", **BROKEN)
    assert run("smoke").out == "no entries to test\n"
    assert run("smoke", "broken").code == ExitCode.FAILED


def test_an_unknown_id_is_answered_with_a_known_one(run, registry, pets):
    found = run("smoke", "pet")
    assert found.code == ExitCode.USAGE
    assert "there is no entry 'pet'" in found.err
    assert "did you mean pets?" in found.err


def test_an_entry_that_breaks_the_schema_is_for_the_check(run, registry):
    registry.add("weather", title=...)
    found = run("smoke", "weather")
    assert found.code == ExitCode.USAGE
    assert "`hub-build check` says how" in found.err


def test_all_formats_can_be_asked_for():
    assert set(FORMAT_NAMES) == set(FORMATS)


@pytest.mark.parametrize("command", ["check", "schema", "--help"])
def test_commands_that_start_nothing_load_nothing_that_starts_servers(registry, command):
    registry.add()
    code = (
        "import sys; from hub_build.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'fastmcp', 'mcp', 'rich', 'asyncio'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, command], cwd=registry.folder.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_a_branch_touches_is_started_and_nothing_else(run, registry, pets, repository):
    registry.add("broken", **BROKEN)
    repository("add", ".")
    repository("commit", "-m", "first")
    repository("switch", "-c", "branch")
    pets("Some pets.")
    found = run("smoke", "--changed", "--format", "json")
    assert json.loads(found.out)["outcomes"] == {"passed": 1}


@pytest.fixture
def repository(registry):
    """The registry's folder as a git repository; runs git in it."""

    def git(*words):
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
        subprocess.run(["git", *identity, *words], cwd=registry.folder.parent, check=True, capture_output=True)

    git("init", "-b", "main")
    return git
