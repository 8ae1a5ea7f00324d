"""Servers of a registry that can be started without a network."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import zipfile
from datetime import UTC, datetime

import pytest

from hub_build.sign import keys
from hub_build.sign.ceremony import first_root
from hub_build.sign.roots import read_roots
from hub_build.sign.site import publication, write

PATIENCE_SECONDS = 40

# Installs a package whose only program is the npx beside it.
NPM = """
import json, pathlib, shutil, sys
name = sys.argv[-1].rpartition("@")[0]
modules = pathlib.Path("node_modules")
program = modules / ".bin" / name.rpartition("/")[2]
for folder in (modules / name, program.parent):
    folder.mkdir(parents=True)
(modules / name / "package.json").write_text(json.dumps({"bin": "x.js"}))
pathlib.Path("package-lock.json").write_text("{}")
shutil.copy(pathlib.Path(sys.argv[0]).with_name("npx"), program)
"""


@pytest.fixture
def fake_npx(tmp_path, monkeypatch, server_script):
    """Puts an npm and an npx first on PATH whose every package is the tiny server; says how that one behaves.

    What the server was called with is in `tmp_path/npx.log`.
    """

    def install(**config):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        log = tmp_path / "npx.log"
        programs = {
            "npx": "import json, os, sys\n"
            f"open({str(log)!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
            f"os.execv(sys.executable, [sys.executable, '-I', {str(server_script)!r}, {json.dumps(config)!r}])\n",
            "npm": NPM,
            "node": "print(__file__)\n",
        }
        for name, code in programs.items():
            (folder / name).write_text(f"#!{sys.executable} -I\n{code}")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
        return log

    return install


@pytest.fixture
def no_runner(tmp_path, monkeypatch):
    """A machine without npx, uvx and uv."""
    monkeypatch.setattr("hub_launch.plan.context.find_program", lambda program: None)
    monkeypatch.setattr("hub_launch.plan.context.Context.runner", _missing)


def _missing(self, program, hint):
    from hub_launch.errors import HubError

    raise HubError(f"{program} is not installed", hint)


@pytest.fixture
def release(tmp_path, monkeypatch, server_script, pypi, entry):
    """Publishes a version of the PyPI package `demo-server` in a folder that uv installs from as from an index.

    It is the tiny server, which behaves as the keyword arguments say. Returns the entry of it under an id; each version
    leaves a line in `tmp_path/started` when it runs.
    """
    index = tmp_path / "index"
    index.mkdir()
    monkeypatch.setenv("UV_FIND_LINKS", str(index))
    monkeypatch.setenv("UV_NO_INDEX", "1")

    def publish(server, version, **config):
        code = (
            "def main():\n"
            f"    open({str(tmp_path / 'started')!r}, 'a').write('{version}\\n')\n"
            f"    import os, sys; os.execv(sys.executable, [sys.executable, '-I', {str(server_script)!r}, "
            f"{json.dumps(config)!r}])\n"
        )
        about = f"demo_server-{version}.dist-info"
        files = {
            "demo_server.py": code,
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: demo-server\nVersion: {version}\n",
            f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: a-test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{about}/entry_points.txt": "[console_scripts]\ndemo-server = demo_server:main\n",
            f"{about}/RECORD": "",
        }
        wheel = index / f"demo_server-{version}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        integrity = f"sha256-{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
        return entry(server, version=version, packages=[pypi(version=version, integrity=integrity)])

    return publish


@pytest.fixture
def signed(publish, entry, tmp_path):
    """A signed registry in a folder; returns folder and root."""
    now = datetime.now(UTC)
    made = {name: keys.generate() for name in keys.NAMES}
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots" / "1.root.json").write_bytes(first_root(made, now))
    folder = publish([entry("time", title="Signed")], "signed")
    index = (folder / "index.json").read_bytes()
    write(folder, publication(index, None, read_roots(tmp_path / "roots", now), keys.signer(made["online"]), now))
    return folder, tmp_path / "roots" / "1.root.json"


@pytest.fixture
def process(tmp_path):
    """Runs `hub-launch` as a process of its own, with the test's registry and state.

    before: a command that runs it.
    """

    def run(*argv, code="from hub_launch.cli.main import entrypoint; entrypoint()", environ=None, before=(), **options):
        environ = {
            **os.environ,
            "HUB_REGISTRY": str(tmp_path / "site"),
            "HUB_CACHE_DIR": str(tmp_path / "cache"),
            "HUB_STATE_DIR": str(tmp_path / "state"),
            "HUB_CONFIG_DIR": str(tmp_path / "config"),
            **(environ or {}),
        }
        command = [*before, sys.executable, "-P", "-c", code, *argv]
        usual = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env=environ, **(usual | options))

    return run


class Served:
    """A hub as a user starts it, in a process of its own."""

    def __init__(self, process):
        self.process = process
        self.said = ""

    def says(self, pattern):
        """The match of `pattern` in what the hub says, waited for."""
        # Reading waits for as long as it takes; a hub that was killed says no more.
        guard = threading.Timer(PATIENCE_SECONDS, self.process.kill)
        guard.start()
        try:
            while not (found := re.search(pattern, self.said, re.MULTILINE)):
                line = self.process.stdout.readline()
                assert line, f"the hub ended without saying {pattern}:\n{self.said}"
                self.said += line
            return found
        finally:
            guard.cancel()

    @property
    def address(self):
        """Where it serves, once it is ready."""
        self.says(r"^Ready\.")
        return self.says(r"MCP endpoint\s+(\S+)/mcp ")[1]

    def end(self, number=signal.SIGTERM):
        """Its exit code, after a signal; all it said is in `said`."""
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=30)
        self.said += out
        return self.process.returncode


@pytest.fixture
def served(process):
    """Starts hubs that end with their test."""
    running = []

    def start(*argv, **options):
        one = Served(process(*argv, "--port", "0", stderr=subprocess.STDOUT, bufsize=1, **options))
        running.append(one.process)
        return one

    yield start
    for one in running:
        one.kill()
        one.communicate()
