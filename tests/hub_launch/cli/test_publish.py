import json

import pytest
import yaml

from hub_launch.errors import ExitCode


@pytest.fixture
def file(tmp_path, make_registry):
    """A file with an entry."""

    def make(id="mine", suffix=".yaml", **changes):
        path = tmp_path / f"{id}{suffix}"
        document = make_registry.document(id, **changes)
        path.write_text(json.dumps(document) if suffix == ".json" else yaml.safe_dump(document))
        return path

    return make


@pytest.fixture(autouse=True)
def _registry(publish, entry):
    """The registry that is read beside."""
    publish([entry("demo")])


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_an_entry_is_published_and_found_and_forgotten(cli, file, suffix):
    done = cli("publish", str(file(suffix=suffix)))
    assert (done.code, done.out) == (ExitCode.OK, "")
    assert "mine is published here" in done.err
    assert "io.github.example/mine" in cli("info", "overlay/mine").out
    assert cli("unpublish", "mine").code == ExitCode.OK
    assert cli("info", "mine").code == ExitCode.USAGE


def test_what_is_wrong_with_it_is_said(cli, file):
    done = cli("publish", str(file(license="No Such License")))
    assert done.code == ExitCode.FAILED
    assert "FAIL mine.yaml:" in done.err
    assert "is not published" in done.err


def test_it_is_replaced_when_that_is_meant(cli, file):
    cli("publish", str(file()))
    assert cli("publish", str(file())).code == ExitCode.USAGE
    assert cli("publish", str(file(version="2.0.0")), "--replace", "mine").code == ExitCode.OK
    assert "2.0.0" in cli("info", "mine").out


def test_the_id_of_another_server_is_refused(cli, file):
    done = cli("publish", str(file("demo")))
    assert done.code == ExitCode.USAGE
    assert "demo is the id of another server" in done.err


@pytest.mark.parametrize("words", [["publish", "nowhere.yaml"], ["unpublish", "nope"]])
def test_what_is_not_there_is_said(cli, words):
    assert cli(*words).code == ExitCode.USAGE


def test_a_file_that_is_not_there_is_named(cli):
    said = cli("publish", "nowhere.yaml").err
    assert said == "error: nowhere.yaml cannot be read: No such file or directory\n  hint: name a file with one entry\n"
