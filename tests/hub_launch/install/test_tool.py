import sys
import threading
from pathlib import Path

import pytest

from hub_launch.install import tool
from hub_launch.install.tool import NotInstallable, ToolError, Tools, runtime_folder


@pytest.fixture
def run(context, tmp_path):
    """Runs some Python code as a tool."""

    def start(code, stopped=None, **changes):
        tools = Tools(context(**changes), stopped or threading.Event())
        return tools.run([sys.executable, "-I", "-c", code], tmp_path, "demo")

    return start


# A tool that starts another one, as npm does, and waits for it; says who the other one is.
SLOW = """
import pathlib, subprocess, sys
other = subprocess.Popen([sys.executable, "-I", "-c", "import time; time.sleep(600)"])
pathlib.Path("started").write_text(str(other.pid))
other.wait()
"""


def test_a_tool_that_does_not_end_is_ended_with_all_that_it_started(monkeypatch, run, tmp_path, alive, eventually):
    monkeypatch.setattr(tool, "INSTALL_SECONDS", 1)
    with pytest.raises(ToolError, match=r"demo was not installed within 1 s"):
        run(SLOW)
    eventually(lambda: not alive(int((tmp_path / "started").read_text())))


def test_a_tool_nobody_waits_for_any_more_is_ended_with_all_that_it_started(run, tmp_path, alive, eventually):
    stopped = threading.Event()
    caught = []

    def install():
        try:
            run(SLOW, stopped)
        except ToolError as error:
            caught.append(error.message)

    thread = threading.Thread(target=install)
    thread.start()
    eventually(lambda: (tmp_path / "started").exists() and (tmp_path / "started").read_text())
    stopped.set()
    thread.join(20)
    assert caught == ["demo was not installed: the launcher ended"]
    eventually(lambda: not alive(int((tmp_path / "started").read_text())))


def test_a_tool_that_cannot_be_run_is_named(context, tmp_path):
    with pytest.raises(ToolError, match=r"demo cannot be installed: /nowhere/npm: No such file"):
        Tools(context()).run(["/nowhere/npm"], tmp_path, "demo")


def test_without_the_tool_the_runner_may_do(context):
    with pytest.raises(NotInstallable, match="npm is not installed") as caught:
        Tools(context(which=lambda program: None)).find("npm", "install Node.js")
    assert caught.value.hint == "install Node.js"


def test_a_tool_sees_how_the_user_configured_it_and_no_credentials_of_others(run):
    environ = {"PATH": "/usr/bin", "npm_config_registry": "https://mirror.example", "GITHUB_TOKEN": "secret"}
    said = run("import os; print(sorted(os.environ))", environ=environ)
    assert "npm_config_registry" in said
    assert "GITHUB_TOKEN" not in said


def test_a_tool_that_writes_much_is_heard_to_the_end(run):
    said = run("import sys; sys.stderr.write('e' * 10**6); sys.stdout.write('o' * 10**6)")
    assert len(said) == 10**6


@pytest.fixture
def program(tmp_path):
    def make(place):
        path = tmp_path / place
        path.parent.mkdir(parents=True)
        path.write_text("")
        return path

    return make


def test_an_interpreter_in_a_folder_bin_needs_the_folder_above(program, tmp_path):
    assert runtime_folder(program("node/bin/node")) == str(tmp_path / "node")


def test_links_are_followed(program, tmp_path):
    link = tmp_path / "python"
    link.symlink_to(program("python3/bin/python3"))
    assert runtime_folder(link) == str(tmp_path / "python3")


def test_the_users_home_is_never_granted_for_an_interpreter_in_it(program, tmp_path, monkeypatch):
    path = program("home/bin/node")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert runtime_folder(path) == str(path)


def test_an_interpreter_elsewhere_is_granted_alone(program):
    path = program("tools/node")
    assert runtime_folder(path) == str(path)
