"""The launcher installed as users install it, into an environment that has nothing else."""

import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("install")]


@pytest.fixture(scope="module")
def installed(fresh_clone, tmp_path_factory):
    """The scripts folder of a new virtual environment with `pip install "./launcher[runners]"` in it."""
    venv = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    # Compiling all of ninety packages, of which few modules are loaded, takes as long as installing them.
    words = [sys.executable, "-m", "pip", "--python", venv, "install", "--quiet", "--no-compile"]
    subprocess.run([*words, f"{fresh_clone}/launcher[runners]"], check=True)
    return venv / "bin"


def test_the_launcher_works_outside_its_checkout(installed, site, environment, tmp_path):
    run = subprocess.run(
        [installed / "hub-launch", "call", "time", "get_current_time", "--arg", "timezone=Asia/Tokyo", "--yes"],
        env=environment | {"HUB_REGISTRY": str(site)}, cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "Asia/Tokyo" in run.stdout


def test_the_installed_launcher_brings_its_own_runners(installed, site, bare_path, tmp_path):
    names = [name for name in os.environ if name.lower().startswith(("ssl_", "http", "no_proxy", "node_extra"))]
    run = subprocess.run(
        [installed / "hub-launch", "call", "everything", "echo", "--arg", "message=hello", "--yes"],
        env={name: os.environ[name] for name in names}
        | {"PATH": bare_path, "HOME": str(tmp_path), "HUB_REGISTRY": str(site)},
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "hello" in run.stdout
    assert f"{installed}/npx" in run.stderr


def test_without_a_checkout_the_public_registry_is_the_default(installed, tmp_path):
    program = "from hub_launch.settings import default_registry; print(default_registry())"
    run = subprocess.run([installed / "python", "-P", "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert run.stdout.startswith("https://")


def test_the_workspace_resolves_with_uv(fresh_clone, scripts):
    subprocess.run([scripts / "uv", "lock", "--quiet"], cwd=fresh_clone, check=True)
    assert 'name = "mcp-hub-launch"' in (fresh_clone / "uv.lock").read_text()
