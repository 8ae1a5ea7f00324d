"""The same source gives the same bytes, on whatever machine, in whatever order it lies there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# What is built for both tests is not built by two workers.
pytestmark = pytest.mark.xdist_group("determinism")

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("HUB_CORPUS") or ROOT.parent / "shared/corpus")
FACTS = ("--license", "MIT", "--maintainer", "someone", "--category", "data", "--published", "2026-11-21")


def hub_build(folder, *words, seed):
    """Run a command in a process of its own, whose sets have an order of their own."""
    environ = os.environ | {"PYTHONHASHSEED": seed, "HUB_BUILD_CACHE_DIR": str(folder / "cache"), "TZ": f"UTC{seed}"}
    command = [sys.executable, "-m", "hub_build.cli.main", *words]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=300)


def copied(source, target, *, backwards):
    """A copy whose files were made in another order, as another disk would have them."""
    for path in sorted(source.rglob("*"), reverse=backwards):
        if path.is_file():
            (target / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / path.relative_to(source))


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Our own registry, and all versions of the official one that make an entry."""
    official = CORPUS / "official/servers-2025-12-18.json"
    if not official.exists():
        pytest.skip(f"the corpus of real registries is not there ({official}): name its folder in HUB_CORPUS")
    folder = tmp_path_factory.mktemp("many")
    copied(ROOT / "registry", folder / "registry", backwards=False)
    imported = hub_build(folder, "import", str(official), *FACTS, "--versions", seed="1")
    written = re.search(r"(\d+) written, and good", imported.stdout)
    # Those that our own registry has too are not written again.
    assert written is not None, imported.stdout
    assert int(written[1]) > 1_000
    return folder / "registry"


@pytest.fixture(scope="module")
def machine(many, tmp_path_factory):
    """A folder in which it was built."""
    return build(many, tmp_path_factory.mktemp("machine"), seed="1", backwards=False)


def build(many, folder, *, seed, backwards):
    copied(many, folder / "registry", backwards=backwards)
    built = hub_build(folder, "site", seed=seed)
    assert built.returncode == 0, built.stderr
    return folder


def test_the_official_versions_and_our_registry_built_twice_are_the_same_bytes(many, machine, tmp_path):
    once = contents(machine / "site")
    assert len(once) > 6_000
    assert contents(build(many, tmp_path, seed="2", backwards=True) / "site") == once


def test_a_second_run_changes_nothing_and_says_so(machine):
    assert "; 0 written, 0 removed" in hub_build(machine, "site", seed="2").stdout
    assert hub_build(machine, "site", "--check", seed="3").returncode == 0
