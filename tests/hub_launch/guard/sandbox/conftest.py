"""Programs that try what they must not; a module's `tier` shuts them in."""

import os
import subprocess
import sys

import pytest

from hub_launch.catalog.entry import Permissions
from hub_launch.guard.sandbox import shut_in
from hub_launch.plan import StdioLaunch


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The user's home, with a key in it."""
    folder = tmp_path / "user"
    (folder / ".ssh").mkdir(parents=True)
    (folder / ".ssh/id_ed25519").write_text("the user's key")
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def tried(tmp_path, home, tier):
    """Runs Python code shut in, and returns what it printed, or the last line of why it failed."""

    def run(code, *, paths=(), env=None, **permissions):
        launch = StdioLaunch(
            *("evil", "Evil", "test"),
            (sys.executable, "-I", "-c", code),
            env={"PATH": os.environ["PATH"], "HOME": str(home)} | (env or {}),
            cwd=str(tmp_path / "work"),
            programs=(sys.prefix, sys.base_prefix),
            paths=tuple(map(str, paths)),
            permissions=Permissions(**permissions),
        )
        shut = shut_in(launch, tier, tmp_path / "own")
        done = subprocess.run(shut.argv, env=shut.env, capture_output=True, text=True, timeout=60)
        return (done.stdout.strip() or done.stderr.strip()).rpartition("\n")[2]

    return run
