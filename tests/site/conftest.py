"""The site in a real browser: that of the registry of this checkout, and one with ten thousand servers."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILD_SECONDS = 300
MANY = 10_000


def _bigsite():
    """What the benchmarks make large sites with. Their folder is not on the path."""
    folder = ROOT / "benchmarks/bigsite"
    spec = importlib.util.spec_from_file_location(
        "bigsite", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    sys.modules["bigsite"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["bigsite"])
    from bigsite import servers, site

    return servers, site


@pytest.fixture(scope="session")
def memory(tmp_path_factory):
    """Where builds of this session keep what they made: the prose is built once."""
    return tmp_path_factory.mktemp("memory")


@pytest.fixture(scope="session")
def site(served, memory, tmp_path_factory):
    """The site of this checkout's registry, as `make site` builds it."""
    folder = tmp_path_factory.mktemp("real") / "site"
    command = [sys.executable, "-m", "hub_build.cli.main", "site", "--pages", "--output", str(folder)]
    environ = os.environ | {"HUB_BUILD_CACHE_DIR": str(memory)}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=BUILD_SECONDS)
    assert done.returncode == 0, done.stderr
    return served(folder)


@pytest.fixture(scope="session")
def many(served, memory, tmp_path_factory):
    """A site with ten thousand servers, of which those that tests open have pages."""
    servers, builder = _bigsite()
    folder = tmp_path_factory.mktemp("many") / "site"
    builder.write_bigsite(folder, servers.compiled(MANY), memory, re.compile("pdf|notes").search)
    return served(folder)
