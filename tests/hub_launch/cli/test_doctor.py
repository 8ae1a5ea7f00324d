import json
import socket

import pytest

from hub_launch.cli.doctor import checks
from hub_launch.cli.doctor.checks import CHECKS, Level


@pytest.fixture
def found(cli, publish, entry):
    """What the doctor says of each check, by its name."""
    publish([entry("demo")])

    def run(**environ):
        ran = cli("doctor", "--format", "json", **environ)
        return {one["check"]: one for one in json.loads(ran.out)}, ran.code

    return run


def test_every_check_says_something_and_what_is_not_well_says_what_to_do(found):
    said, _ = found()
    assert list(said) == list(CHECKS)
    assert all(one["said"] for one in said.values())
    assert all(one["hint"] for one in said.values() if one["level"] != "ok")


def test_the_registry_is_read(found, tmp_path):
    said, _ = found()
    assert said["registries"] == {
        "check": "registries",
        "level": "ok",
        "said": f"{tmp_path / 'site'}: 1 server",
        "hint": said["registries"]["hint"],
    }
    said, code = found(HUB_REGISTRY=str(tmp_path / "nowhere"))
    assert (said["registries"]["level"], code) == ("bad", 1)


def test_what_is_missing_is_no_mistake(found, monkeypatch):
    monkeypatch.setattr(checks, "find_program", lambda name: None)
    said, _ = found()
    assert {said[name]["level"] for name in ("node", "uv")} == {"missing"}


def test_a_node_that_is_too_old_or_does_not_run_is(monkeypatch, found, tmp_path):
    for text in ("echo v12.1.0", "exit 1"):
        node = tmp_path / "node"
        node.write_text(f"#!/bin/sh\n{text}\n")
        node.chmod(0o755)
        monkeypatch.setattr(checks, "find_program", lambda name: str(tmp_path / "node"))
        said, code = found()
        assert (said["node"]["level"], code) == ("bad", 1)


def test_without_a_sandbox_servers_can_do_what_the_user_can(found):
    said, code = found(HUB_SANDBOX="off")
    assert said["sandbox"]["level"] == "bad"
    assert code == 1


def test_a_folder_that_cannot_be_written_is_named(found, tmp_path):
    (tmp_path / "file").write_text("")
    said, _ = found(HUB_STATE_DIR=str(tmp_path / "file" / "state"))
    assert said["folders"]["said"].startswith(f"{tmp_path / 'file' / 'state'} cannot be written")


def test_a_certificate_that_is_not_there_is_named(monkeypatch, settings, tmp_path):
    health = CHECKS["network"](settings, {"SSL_CERT_FILE": str(tmp_path / "gone.pem")})
    assert health.level is Level.BAD
    assert "gone.pem" in health.said


def test_a_port_in_use_is_told_before_it_is_needed(monkeypatch, settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(checks, "DEFAULT_PORT", taken.getsockname()[1])
        assert CHECKS["port"](settings, {}).level is Level.MISSING
    assert CHECKS["port"](settings, {}).level is Level.OK


def test_a_clock_before_the_launcher_was_made_is_wrong(monkeypatch, settings):
    monkeypatch.setattr(checks.time, "strftime", lambda form: "2020-01-01")
    assert CHECKS["clock"](settings, {}).level is Level.BAD


def test_people_get_lines_with_what_to_do_below(cli, publish, entry):
    publish([entry("demo")])
    lines = cli("doctor", HUB_SANDBOX="off").out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("!!  sandbox"))
    assert lines[place + 1].strip() == "-> unset it"
