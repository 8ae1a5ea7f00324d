from datetime import date

import pytest

from hub_launch.catalog.lock import Lock, Pin, Way
from hub_launch.cli.judging import tool_pins
from hub_launch.errors import ExitCode
from hub_launch.guard.approval import Seal
from hub_launch.guard.lockfile import LockFile
from hub_launch.settings import Settings

SEND = {"name": "send", "inputSchema": {"type": "object"}}
READ = {"name": "read", "inputSchema": {"type": "object"}}


def settings_of(tmp_path, **more):
    folders = {f"HUB_{name}_DIR": str(tmp_path / name.lower()) for name in ("CACHE", "STATE", "CONFIG")}
    return Settings.load(folders | more)


@pytest.fixture
def pins(tmp_path):
    return agreed_to(settings_of(tmp_path))


def agreed_to(settings):
    """Pins of a server that the user agreed to, and that was started once with `send` for everybody."""
    pin = Pin(title="Mail", ways=(Way(kind="npm"),))
    pin = Seal.of_user(settings.seal_path).approve("mail", pin, date(2026, 11, 21))
    LockFile(settings.lock_path).change(lambda _: Lock(servers={"mail": pin}))
    pins = tool_pins(settings)
    for abilities in ("", "roots,sampling"):
        assert pins.refusal("mail", [SEND], abilities) == ""
    return pins


def test_what_differs_for_some_clients_is_told_apart_and_approved_with_the_rest(cli, pins):
    pins.refusal("mail", [SEND, READ])
    pins.refusal("mail", [READ], "roots,sampling")
    everybody = '+ read\n    inputSchema: {"type": "object"}\n'
    assert cli("diff", "mail").out == f"{everybody}to clients that can roots, sampling:\n{everybody}- send\n"
    approved = cli("approve", "mail", "--yes")
    assert approved.code == ExitCode.OK
    assert pins.refusal("mail", [SEND, READ]) == pins.refusal("mail", [READ], "roots,sampling") == ""
    assert cli("diff", "mail").code == ExitCode.USAGE


def test_what_was_seen_in_the_hub_of_a_configuration_is_looked_up_in_its_lock(cli, tmp_path, monkeypatch):
    (tmp_path / "hub.yaml").write_text("servers: {mail: {}}\n")
    monkeypatch.chdir(tmp_path)
    pins = agreed_to(settings_of(tmp_path, HUB_LOCK=str(tmp_path / "hub.lock")))
    pins.refusal("mail", [READ])
    assert cli("diff", "mail").out.startswith("+ read\n")
    assert f"as {tmp_path / 'hub.lock'} says now" in cli("approve", "mail", "--yes").err
    assert pins.refusal("mail", [READ]) == ""


def test_where_only_some_clients_are_shown_others_it_is_said_which(cli, pins):
    pins.refusal("mail", [SEND, READ], "roots,sampling")
    assert cli("diff", "mail").out.startswith("to clients that can roots, sampling:\n+ read\n")
