"""Packages that the launcher installs once and starts by themselves."""

import shutil
import subprocess

import pytest

pytestmark = pytest.mark.e2e

# Nobody listens there.
NOWHERE = "http://127.0.0.1:9/"
OFFLINE = {
    "npm_config_registry": NOWHERE,
    "UV_DEFAULT_INDEX": NOWHERE,
    "UV_INDEX_URL": NOWHERE,
    "UV_HTTP_RETRIES": "0",
}


@pytest.fixture
def call(scripts, site, environment, tmp_path):
    """Starts `hub-launch call`; keyword arguments are environment variables."""

    def start(*words, **extra):
        return subprocess.Popen(
            [scripts / "hub-launch", "call", *words, "--registry", site, "--yes"],
            env=environment | extra, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    return start


def end(process):
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


TIME = ("time", "get_current_time", "--arg", "timezone=Asia/Tokyo")


@pytest.mark.parametrize("words", [("memory", "read_graph"), TIME], ids=["npm", "pypi"])
def test_what_was_installed_starts_offline(call, words):
    code, _, err = end(call(*words))
    assert code == 0, err
    code, _, err = end(call(*words, **OFFLINE))
    assert code == 0, err
    assert "installing" not in err


@pytest.fixture
def own_packages(tmp_path):
    """A cache that has no packages."""
    (tmp_path / "cache" / "packages").unlink()
    return tmp_path / "cache" / "packages"


@pytest.mark.parametrize(("words", "what"), [
    (("memory", "read_graph"), "@modelcontextprotocol/server-memory"), (TIME, "mcp-server-time"),
], ids=["npm", "pypi"])  # fmt: skip
def test_what_cannot_be_installed_fails_with_the_reason(call, own_packages, tmp_path, words, what):
    caches = {"npm_config_cache": str(tmp_path / "npm"), "UV_CACHE_DIR": str(tmp_path / "uv")}
    code, _, err = end(call(*words, **OFFLINE, **caches))
    assert code == 1
    assert f"did not start: {what}" in err
    assert "cannot be installed: " in err
    assert "hint: is the network up" in err


def test_two_launchers_at_once_install_a_package_once(call, own_packages):
    for code, out, err in map(end, [call("memory", "read_graph"), call("memory", "read_graph")]):
        assert code == 0, err
        assert "entities" in out
    installed = [path for path in (own_packages / "npm").iterdir() if path.is_dir()]
    assert len(installed) == 1
    # A user may empty caches.
    shutil.rmtree(installed[0])
    code, _, err = end(call("memory", "read_graph"))
    assert code == 0
    assert "memory: installing" in err
