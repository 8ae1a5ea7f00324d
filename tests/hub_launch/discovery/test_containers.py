"""Running containers are found by their labels, with the real Podman and with engines that are not there."""

import os

import pytest

from hub_launch.discovery import containers
from hub_launch.settings import Containers


def test_without_an_engine_it_is_said_why(context):
    outcome = containers.find(context(which=lambda program: None))
    assert outcome.notes == ("containers were not looked at: docker or podman is not installed",)


def test_an_engine_that_does_not_answer_is_named_with_its_words(context, tmp_path):
    engine = tmp_path / "docker"
    engine.write_text("#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n")
    engine.chmod(0o755)
    outcome = containers.find(context(which=lambda program: str(engine)))
    assert outcome.notes == ("containers were not looked at: Cannot connect to the Docker daemon",)


@pytest.mark.xdist_group("containers")
def test_a_labelled_container_is_found_and_others_are_not(podman, context):
    limits = "--init --network none --pids-limit 64 --memory 64m --ulimit nofile=1024:1024 --ulimit nproc=1000:1000"
    run = ["run", "--detach", *limits.split()]
    label = f"{containers.NAME_LABEL}=io.github.me/my-notes"
    podman.run(*run, "--name", "found", "--label", label, podman.image, "sleep", "60")
    podman.run(*run, "--name", "plain", podman.image, "sleep", "60")
    machine = context(
        environ={"PATH": os.environ["PATH"]}, which=lambda program: program, containers=Containers.load(podman.environ)
    )
    try:
        outcome = containers.find(machine)
    finally:
        podman.run("rm", "--force", "--time", "0", "found", "plain")
    assert outcome.notes == ()
    (one,) = outcome.found
    assert (one.id, one.where) == ("my-notes", "podman found")
    assert one.server["args"][:3] == ["run", "--interactive", "--rm"]
