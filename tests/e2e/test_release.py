"""What is released, as its users have it: the wheel alone, on a machine that has nothing of this checkout."""

import os
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from tests.nginx import free_port, nginx_command

from hub_build.hosts import nginx

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("release")]

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The launcher's wheel, as `make wheels` builds it."""
    target = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "build", "--wheel", "--outdir", target, ROOT / "launcher"]
    subprocess.run(words, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, scripts, tmp_path_factory):
    """The folder with the programs of a new virtual environment in which the wheel was installed, here by uv."""
    folder = tmp_path_factory.mktemp("machine") / "venv"
    subprocess.run([scripts / "uv", "venv", "--quiet", "--python", sys.executable, folder], check=True)
    words = [scripts / "uv", "pip", "install", "--quiet", "--python", folder / "bin/python", f"{wheel}[runners]"]
    subprocess.run(words, check=True, cwd=folder.parent)
    return folder / "bin"


@pytest.fixture(scope="module")
def signed(site, scripts, tmp_path_factory):
    """The project's registry, signed; and the root that its users were given."""
    folder = tmp_path_factory.mktemp("signed")
    shutil.copytree(site, folder / "site")
    keys = folder / "keys"
    publish = ["publish", folder / "site", "--roots", keys, "--online-key", keys / "online.pem", "--first"]
    for words in (["init", keys], publish):
        subprocess.run([scripts / "hub-build", "sign", *words], check=True, capture_output=True)
    return folder / "site", keys / "1.root.json"


@pytest.fixture(scope="module")
def published(signed, tmp_path_factory):
    """The address at which nginx serves it."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    words = nginx_command(folder, nginx.config(str(signed[0]), f"127.0.0.1:{port}"))
    server = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate(timeout=START_SECONDS)


def _wait_for(port, server):
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert server.poll() is None, server.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return


def test_the_wheel_alone_launches_a_server_from_a_signed_site(installed, published, signed, environment, tmp_path):
    own = {name: value for name, value in environment.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    own["PATH"] = os.pathsep.join([str(installed), "/usr/bin", "/bin"])
    root = signed[1]

    def run(*words):
        words = [installed / "hub-launch", *words, "--registry", published, "--root", root]
        return subprocess.run(words, env=own, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)

    where = subprocess.run(
        [installed / "python", "-c", "import hub_launch; print(hub_launch.__file__)"],
        env=own, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(installed.parent))
    listed = run("list")
    assert listed.returncode == 0, listed.stderr
    assert "time" in listed.stdout
    done = run("call", "time", "get_current_time", "--arg", "timezone=Europe/Paris", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Europe/Paris" in done.stdout


def test_it_is_started_by_the_packages_own_name_without_being_installed(wheel, scripts, environment, tmp_path):
    words = [scripts / "uvx", "--quiet", "--find-links", wheel.parent, "mcp-hub-launch", "--help"]
    done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "hub-launch" in done.stdout


def test_a_site_that_was_changed_after_it_was_signed_is_refused(installed, published, signed, environment, tmp_path):
    site, root = signed
    document = next((site / "entries" / "time").glob("*.json"))
    kept = document.read_bytes()
    document.write_bytes(kept.replace(b"mcp-server-time", b"mcp-server-tine"))
    for copy in document.parent.glob(f"{document.name}.*"):
        copy.unlink()
    try:
        words = [installed / "hub-launch", "info", "time", "--registry", published, "--root", root]
        done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    finally:
        document.write_bytes(kept)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("folder", ["launcher", "."])
def test_two_builds_have_the_same_bytes(folder, tmp_path):
    """Of the same commit, on any day: who wants to can build it and compare."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}
    for name in ("one", "two"):
        words = [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path / name, ROOT / folder]
        subprocess.run(words, check=True, capture_output=True, env=environment)
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [path.name for path in one] == [path.name for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_the_archives_have_nothing_that_is_not_the_projects(tmp_path):
    words = [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT / "launcher"]
    subprocess.run(words, check=True, capture_output=True)
    (sdist,), (wheel,) = tmp_path.glob("*.tar.gz"), tmp_path.glob("*.whl")
    with tarfile.open(sdist) as archive:
        packed = archive.getnames()
    with zipfile.ZipFile(wheel) as archive:
        packed += archive.namelist()
    assert not [name for name in packed if name.endswith((".pyc", ".pem", ".env")) or ".venv" in name]
