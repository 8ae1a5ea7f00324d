"""Which entries a branch touches."""

import subprocess

import pytest

from hub_build.registry import read_registry
from hub_build.smoke.touched import touched_ids
from hub_launch.errors import ExitCode, HubError

OPENAPI = {"packages": ..., "openapi": {"file": "pets.yaml", "baseUrl": "https://a.example"}}


@pytest.fixture
def git(registry):
    def run(*words):
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
        subprocess.run(["git", *identity, *words], cwd=registry.folder.parent, check=True, capture_output=True)

    return run


@pytest.fixture
def branch(registry, git):
    """A branch that left main with three entries in it; main has moved on since."""
    for id_ in ("kept", "edited"):
        registry.add(id_)
    registry.add("pets", **OPENAPI)
    registry.write("openapi/pets.yaml", "openapi: 3.0.0\n")
    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "first")
    git("checkout", "-b", "branch")
    git("checkout", "main")
    registry.add("kept", title="Changed on main")
    git("commit", "-a", "-m", "main moves on")
    git("checkout", "branch")


def touched(registry, base=None):
    return touched_ids(read_registry(registry.folder), registry.folder, base)


def test_a_branch_without_changes_touches_nothing(registry, branch):
    assert touched(registry) == []


def test_what_is_committed_changed_or_new_counts_and_what_main_did_does_not(registry, branch, git):
    registry.add("edited", title="Edited")
    git("commit", "-a", "-m", "edit")
    registry.add("brand-new")
    assert touched(registry) == ["brand-new", "edited"]


def test_an_openapi_document_touches_the_entries_that_use_it(registry, branch):
    registry.write("openapi/pets.yaml", "openapi: 3.0.1\n")
    assert touched(registry) == ["pets"]


def test_an_entry_that_is_gone_has_nothing_to_start(registry, branch):
    (registry.folder / "servers/kept.yaml").unlink()
    assert touched(registry) == []


def test_another_base_is_compared_with(registry, branch, git):
    registry.add("edited", title="Edited")
    git("commit", "-a", "-m", "edit")
    assert touched(registry, "HEAD") == []


@pytest.mark.parametrize("base", ["no-such-branch", "--output=evil"])
def test_a_base_that_is_not_there_is_named(registry, branch, base):
    with pytest.raises(HubError, match=f"and {base}") as caught:
        touched(registry, base)
    assert caught.value.code == ExitCode.USAGE
    assert not (registry.folder / "evil").exists()
