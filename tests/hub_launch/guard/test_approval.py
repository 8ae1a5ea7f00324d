import hmac
import os
import stat
from datetime import date

import pytest

from hub_launch.catalog import canonical_json
from hub_launch.catalog.lock import Approval, Pin, Way
from hub_launch.guard.approval import KEY_BYTES, Seal

DAY = date(2026, 11, 21)
PIN = Pin(title="Time", version="1", ways=(Way(kind="npm", command=("/bin/npx", "time@1")),))


def test_what_was_agreed_to_is_known_again(tmp_path):
    pin = Seal.of_user(tmp_path / "state" / "key").approve("time", PIN, DAY)
    assert Seal.of_user(tmp_path / "state" / "key").holds("time", pin)
    assert pin.approval.date == "2026-11-21"


def test_what_was_sealed_before_clients_had_pins_of_their_own_holds_on():
    seal = Seal(b"k" * KEY_BYTES)
    words = canonical_json(["time", PIN.model_dump(mode="json", exclude={"approval", "tools_sha256_with"})])
    mac = hmac.new(b"k" * KEY_BYTES, words, "sha256").hexdigest()
    assert seal.holds("time", PIN.model_copy(update={"approval": Approval(date="2026-11-20", mac=mac)}))


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2"},
        {"ways": (Way(kind="npm", command=("/bin/npx", "time@2")),)},
        {"tools_sha256": "0" * 64},
        {"tools_sha256_with": {"roots": "0" * 64}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nothing_of_it_can_be_changed(change):
    seal = Seal(b"k" * KEY_BYTES)
    assert not seal.holds("time", seal.approve("time", PIN, DAY).model_copy(update=change))


def test_it_is_of_one_server_alone():
    seal = Seal(b"k" * KEY_BYTES)
    assert not seal.holds("date", seal.approve("time", PIN, DAY))


def test_another_user_s_approval_is_none():
    pin = Seal(b"a" * KEY_BYTES).approve("time", PIN, DAY)
    assert not Seal(b"b" * KEY_BYTES).holds("time", pin)
    assert not Seal(b"b" * KEY_BYTES).holds("time", PIN)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_nobody_else_can_read_the_key(tmp_path):
    Seal.of_user(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_key_cut_off_is_made_anew(tmp_path):
    (tmp_path / "key").write_bytes(b"short")
    old = Seal(b"short").approve("time", PIN, DAY)
    assert not Seal.of_user(tmp_path / "key").holds("time", old)
    assert len((tmp_path / "key").read_bytes()) == KEY_BYTES


def test_with_a_key_that_cannot_be_kept_approvals_hold_for_this_run(tmp_path):
    (tmp_path / "file").write_text("")
    seal, other = (Seal.of_user(tmp_path / "file" / "key") for _ in range(2))
    pin = seal.approve("time", PIN, DAY)
    assert seal.holds("time", pin)
    assert not other.holds("time", pin)
    assert "cannot be kept" in seal.problem
