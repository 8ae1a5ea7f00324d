import sys
from pathlib import Path

import pytest

from hub_launch.errors import HubError
from hub_launch.install import tool
from hub_launch.install.tool import ToolError, run_tool, runtime_folder


def test_a_tool_that_does_not_end_is_ended(monkeypatch, context, tmp_path):
    monkeypatch.setattr(tool, "INSTALL_SECONDS", 0.5)
    with pytest.raises(HubError, match=r"demo was not installed within 0\.5 s"):
        run_tool([sys.executable, "-c", "import time; time.sleep(600)"], tmp_path, context(), "demo")


def test_a_tool_that_is_not_there_is_named(context, tmp_path):
    with pytest.raises(ToolError, match=r"demo cannot be installed: /nowhere/npm: No such file"):
        run_tool(["/nowhere/npm"], tmp_path, context(), "demo")


def test_a_tool_sees_how_the_user_configured_it_and_no_credentials_of_others(context, tmp_path):
    environ = {"PATH": "/usr/bin", "npm_config_registry": "https://mirror.example", "GITHUB_TOKEN": "secret"}
    code = "import os; print(sorted(os.environ))"
    said = run_tool([sys.executable, "-I", "-c", code], tmp_path, context(environ=environ), "demo")
    assert "npm_config_registry" in said
    assert "GITHUB_TOKEN" not in said


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
