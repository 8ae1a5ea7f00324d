"""What stands in deploy/ for containers, looked at without an engine: what is built of it is in tests/e2e."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hub_launch.config.loading import load

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
# One instruction a line, with what it goes on with.
INSTRUCTIONS = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
# ${NAME:-what holds without it}
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")
DIGEST = r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}"


def instructions(word):
    return re.findall(rf"^{word} (.+)$", INSTRUCTIONS, re.MULTILINE)


def test_every_stage_is_built_on_the_one_base_which_is_pinned_by_digest():
    (base,) = [one for one in instructions("ARG") if one.startswith("BASE=")]
    assert re.fullmatch(f"BASE={DIGEST}", base)
    assert {one.split()[0] for one in instructions("FROM")} == {"${BASE}"}


def test_nothing_is_fetched_but_by_pip_and_nothing_of_the_checkout_is_taken_but_the_launcher():
    assert instructions("ADD") == []
    assert [one for one in instructions("COPY") if not one.startswith("--from=build ")] == ["launcher /src"]
    ignored = (ROOT / ".dockerignore").read_text().split("\n", 1)[1].split()
    assert ignored[:2] == ["*", "!launcher"]
    assert not [line for line in ignored[2:] if line.startswith("!")]


def test_who_runs_it_is_a_number_and_not_root():
    uid, gid = map(int, instructions("USER")[-1].split(":"))
    assert min(uid, gid) > 1000


@pytest.mark.parametrize("word", ["ENTRYPOINT", "CMD"])
def test_it_starts_without_a_shell(word):
    (words,) = instructions(word)
    assert json.loads(words)


def test_the_compose_file_is_one():
    schema = "vendor.compose-spec"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, DEPLOY / "compose.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_of_an_environment_has_every_variable_with_what_holds_without_it():
    wanted = dict(VARIABLE.findall((DEPLOY / "compose.yaml").read_text()))
    lines = [line for line in (DEPLOY / ".env.example").read_text().splitlines() if line and not line.startswith("#")]
    assert dict(line.split("=", 1) for line in lines) == wanted


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_is_shut_in(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    # Nobody but this machine, as far as these files go.
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_health_is_asked_for_in_the_same_way_by_the_image_and_the_project():
    (said,) = instructions("HEALTHCHECK")
    options, words = said.split(" CMD ")
    check = COMPOSE["services"]["hub"]["healthcheck"]
    assert ["CMD", *json.loads(words)] == check["test"]
    given = dict(re.findall(r"--([\w-]+)=(\S+)", options))
    assert given == {key.replace("_", "-"): str(check[key]) for key in check if key != "test"}


def test_images_of_others_are_pinned_by_digest():
    image = VARIABLE.fullmatch(COMPOSE["services"]["registry"]["image"])
    assert re.fullmatch(DIGEST, image[2])


def test_the_hub_of_the_project_has_servers_of_the_registry():
    configuration = load(DEPLOY / "hub/hub.yaml", {})
    assert configuration.broken == {}
    assert all((ROOT / f"registry/servers/{name}.yaml").is_file() for name in configuration.config.servers)
