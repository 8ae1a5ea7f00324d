"""Images: what the engine is asked, in which order, and what its failures mean. The engine is a script."""

import json
import socket
import sys

import pytest

from hub_launch.errors import HubError
from hub_launch.install import EngineDownError, install
from hub_launch.plan import plan

IMAGE = f"registry.example/you/box@sha256:{'a' * 64}"

ENGINE = """
import json, pathlib, sys
words, said = sys.argv[1:], json.loads({answers!r})
with open({log!r}, "a") as log:
    log.write(" ".join(words) + "\\n")
answer = said.get(" ".join(words[:2])) or said.get(words[0]) or ""
if answer.startswith("!"):
    sys.stderr.write(answer[1:])
    sys.exit(1)
print(answer)
"""


@pytest.fixture
def engine(tmp_path, entry, context):
    """Prepares the image with an engine that answers so: the launch, and what it was asked."""
    log = tmp_path / "asked"

    def make(name="docker", *, installed=(), environ=None, folder=None, **answers):
        program = tmp_path / name
        said = {key.replace("_", " "): value for key, value in answers.items()}
        program.write_text(f"#!{sys.executable} -I\n{ENGINE.format(answers=json.dumps(said), log=str(log))}")
        program.chmod(0o755)
        log.write_text("")
        found = {name: str(program)} | dict.fromkeys(installed, "/usr/bin/other")
        machine = context(which=found.get, environ={"PATH": "/bin"} | (environ or {}))
        package = {"registryType": "oci", "identifier": IMAGE, "transport": {"type": "stdio"}}
        given = {"folder": [str(folder)]} if folder else {}
        package["packageArguments"] = [{"type": "positional", "valueHint": "folder", "format": "filepath"}]
        launch = plan(entry("box", packages=[package], permissions={"filesystem": "arguments"}), given, machine)
        return install(launch, tmp_path / "cache", machine), log.read_text().splitlines()

    return make


def test_an_image_that_is_there_is_not_fetched(engine):
    launch, asked = engine()
    assert asked == [f"image inspect --format {{{{.Id}}}} {IMAGE}"]
    assert launch.packaged is None


def test_one_that_is_not_is_fetched_once_before_the_start(engine):
    _, asked = engine(image_inspect="!Error: No such image")
    assert asked[1:] == [f"pull --quiet {IMAGE}"]


def test_its_container_has_a_name_by_which_it_is_removed(engine, tmp_path):
    launch, _ = engine()
    at = launch.argv.index("--name")
    assert launch.argv[at - 1] == "run"
    name = launch.argv[at + 1]
    assert name.startswith("mcp-hub-launch-box-")
    assert launch.after == ((str(tmp_path / "docker"), "rm", "--force", name),)


def test_one_that_cannot_be_fetched_says_why(engine):
    with pytest.raises(HubError, match=rf"{IMAGE} cannot be fetched: Error: unauthorized") as caught:
        engine(image_inspect="!Error: No such image", pull="!Error: unauthorized\n")
    assert "docker pull" in caught.value.hint


def test_an_engine_that_is_down_is_told_from_an_image_that_is_not_there(engine):
    said = "!Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
    with pytest.raises(EngineDownError, match="docker does not answer: Cannot connect") as caught:
        engine(image_inspect=said, installed=["podman"])
    assert caught.value.hint == "start docker, or set HUB_CONTAINER_ENGINE=podman, which is installed too"


def test_the_proxy_is_for_fetching_alone(engine):
    launch, _ = engine(environ={"HTTPS_PROXY": "http://proxy"}, image_inspect="!no such image")
    assert "HTTPS_PROXY" not in launch.env


@pytest.mark.parametrize(
    ("controllers", "missing"),
    [
        ("cpu memory pids", []),
        ("memory pids", ["--cpus"]),
        ("", ["--memory", "--memory-swap", "--pids-limit", "--cpus"]),
        ("!unknown flag", []),
    ],
)
def test_podman_is_not_asked_for_a_limit_that_it_cannot_set(engine, controllers, missing):
    launch, _ = engine("podman", info=controllers or " ")
    limits = {"--memory": "2g", "--memory-swap": "2g", "--pids-limit": "512", "--cpus": "1"}
    left = [word for option, value in limits.items() if option not in missing for word in (option, value)]
    assert " ".join(["=box", *left, "--stop-timeout"]) in " ".join(launch.argv)


def test_what_is_shared_must_be_there(engine, tmp_path):
    with pytest.raises(HubError, match=r"box: .*missing cannot be shared with a container: it does not exist"):
        engine(folder=tmp_path / "missing")


@pytest.mark.parametrize("target", ["/etc", "/"])
def test_a_link_does_not_hide_what_is_shared(engine, tmp_path, target):
    (tmp_path / "mine").symlink_to(target)
    with pytest.raises(HubError, match=f"mine, which is {target}, cannot be shared"):
        engine(folder=tmp_path / "mine")


def test_a_socket_is_not_shared(engine, monkeypatch, tmp_path):
    # Names of sockets are short: that of the folder may not be.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("mine")
        with pytest.raises(HubError, match="it is a socket"):
            engine(folder=tmp_path / "mine")
