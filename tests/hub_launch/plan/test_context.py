import os

import pytest

from hub_launch.errors import HubError
from hub_launch.plan import Context
from hub_launch.plan.context import find_program


@pytest.fixture
def program(tmp_path):
    """Puts an executable of a name into a new folder, and returns its path."""

    def make(name, folder="bin"):
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    return make


def test_a_program_on_path_is_found_with_its_absolute_path(program, monkeypatch):
    path = program("some-runner")
    monkeypatch.setenv("PATH", str(path.parent))
    assert find_program("some-runner") == str(path)


@pytest.mark.parametrize("entry", [".", "", "bin", "./bin", "../here/bin"])
def test_a_relative_entry_of_path_does_not_decide_what_runs(program, monkeypatch, tmp_path, entry):
    path = program("some-runner")
    monkeypatch.chdir(path.parent if entry in (".", "") else tmp_path)
    monkeypatch.setenv("PATH", f"{entry}{os.pathsep}/nowhere")
    assert find_program("some-runner") is None


def test_a_runner_that_a_wheel_put_beside_python_is_found_last(program, monkeypatch):
    beside, on_path = program("some-runner", "scripts"), program("some-runner", "bin")
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(beside.parent))
    monkeypatch.setenv("PATH", "/nowhere")
    assert find_program("some-runner") == str(beside)
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert find_program("some-runner") == str(on_path)


def test_a_missing_runner_is_an_error_that_says_how_to_get_it(context):
    with pytest.raises(HubError) as caught:
        context(which=lambda program: None).runner("npx", "install Node.js")
    assert (caught.value.message, caught.value.hint) == ("npx is not installed", "install Node.js")


USERS = {
    "PATH": "/usr/bin",
    "HOME": "/home/user",
    "LANG": "de_DE.UTF-8",
    "LC_TIME": "C",
    "HTTPS_PROXY": "http://proxy:1",
    "no_proxy": "localhost",
    "SSL_CERT_FILE": "/ca.pem",
    "NODE_EXTRA_CA_CERTS": "/ca.pem",
    "npm_config_registry": "https://mirror/npm",
    "NPM_CONFIG_CACHE": "/cache/npm",
    "UV_INDEX_URL": "https://mirror/pypi",
    "AWS_SECRET_ACCESS_KEY": "s3cret",
    "GITHUB_TOKEN": "ghp_s3cret",
    "OPENAI_API_KEY": "sk-s3cret",
    "NODE_OPTIONS": "--require /evil.js",
    "PYTHONPATH": "/evil",
    "LD_PRELOAD": "/evil.so",
    "SSH_AUTH_SOCK": "/agent",
    "VIRTUAL_ENV": "/venv",
    "HUB_REGISTRY": "x",
}


def test_a_child_gets_what_any_program_may_expect_and_what_the_network_needs(context):
    assert context(environ=USERS).environment() == {
        "PATH": "/usr/bin",
        "HOME": "/home/user",
        "LANG": "de_DE.UTF-8",
        "LC_TIME": "C",
        "HTTPS_PROXY": "http://proxy:1",
        "no_proxy": "localhost",
        "SSL_CERT_FILE": "/ca.pem",
        "NODE_EXTRA_CA_CERTS": "/ca.pem",
    }


def test_a_runner_also_gets_its_own_configuration_and_nothing_more(context):
    plain, runner = context(environ=USERS).environment(), context(environ=USERS).environment(runner="/opt/bin/npx")
    assert {name: value for name, value in runner.items() if plain.get(name) != value} == {
        "PATH": f"/opt/bin{os.pathsep}/usr/bin",
        "npm_config_registry": "https://mirror/npm",
        "NPM_CONFIG_CACHE": "/cache/npm",
        "UV_INDEX_URL": "https://mirror/pypi",
    }


def test_without_a_path_the_runners_folder_comes_before_the_systems_own(context):
    assert context(environ={}).environment(runner="/opt/bin/npx") == {"PATH": f"/opt/bin{os.pathsep}{os.defpath}"}


def test_the_real_machine_is_what_this_process_sees(monkeypatch, tmp_path):
    monkeypatch.setenv("SOME_VARIABLE", "seen")
    monkeypatch.chdir(tmp_path)
    context = Context.of_this_machine(lambda sha256: tmp_path, tmp_path / "work", HUB_REGISTRY="here")
    assert (context.environ["SOME_VARIABLE"], context.environ["HUB_REGISTRY"]) == ("seen", "here")
    assert "HUB_REGISTRY" not in os.environ
    assert context.cwd == tmp_path
