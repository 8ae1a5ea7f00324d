import json

import pytest

from hub_launch.errors import ExitCode

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1.0.0", "license": {"name": "MIT"}},
    "servers": [{"url": "https://api.example.com"}],
    "paths": {"/pets": {"get": {"operationId": "listPets", "responses": {"200": {"description": "Pets"}}}}},
}


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "pets-api.json"
    path.write_text(json.dumps(SPEC))
    return f"openapi:{path}"


def test_an_entry_and_its_description_are_written_and_pass_the_check(run, registry, spec):
    ended = run("new", spec)

    assert ended.code == ExitCode.OK
    assert (registry.folder / "servers" / "pets.yaml").read_text().startswith("# yaml-language-server")
    assert json.loads((registry.folder / "openapi" / "pets.json").read_text()) == SPEC
    assert run("check").code == ExitCode.OK


def test_a_description_that_is_in_the_registry_already_is_used_as_it_is(run, registry, tmp_path):
    (registry.folder / "openapi").mkdir(exist_ok=True)
    there = registry.folder / "openapi" / "animals.json"
    there.write_text(json.dumps(SPEC))

    assert run("new", f"openapi:{there}").code == ExitCode.OK
    assert "file: animals.json" in (registry.folder / "servers" / "pets.yaml").read_text()
    assert [path.name for path in (registry.folder / "openapi").glob("*.json")] == ["animals.json"]


def test_nothing_is_overwritten(run, registry, spec):
    run("new", spec)
    before = (registry.folder / "servers" / "pets.yaml").read_bytes()

    ended = run("new", spec, "-o", str(registry.folder / "servers" / "pets.yaml"))

    assert ended.code == ExitCode.USAGE
    assert "exists" in ended.err
    assert (registry.folder / "servers" / "pets.yaml").read_bytes() == before


def test_the_name_of_the_file_is_the_id(run, registry, spec):
    run("new", spec, "-o", str(registry.folder / "servers" / "animals.yaml"))
    assert "\nid: animals\n" in (registry.folder / "servers" / "animals.yaml").read_text()


@pytest.mark.parametrize("source", ["something", "npm:", "ftp://example.com", ""])
def test_what_is_no_source_names_those_that_are(run, source):
    ended = run("new", source)
    assert ended.code == ExitCode.USAGE
    assert "npm:@you/" in ended.err


@pytest.mark.e2e
@pytest.mark.parametrize("source", ["npm:@modelcontextprotocol/server-memory", "pypi:mcp-server-time"])
def test_real_packages_become_entries_that_pass_the_check_unedited(run, registry, source):
    ended = run("new", source)
    assert ended.code == ExitCode.OK
    assert "all good" in ended.out
