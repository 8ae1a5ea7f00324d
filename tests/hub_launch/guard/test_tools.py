from datetime import date

import pytest

from hub_launch.catalog.lock import Lock, Pin, Way
from hub_launch.catalog.recorded import tools_digest
from hub_launch.errors import HubError
from hub_launch.guard.approval import KEY_BYTES, Seal
from hub_launch.guard.lockfile import LockFile
from hub_launch.guard.tools import ToolPins, shown_changes

SEND = {"name": "send", "description": "Send mail.", "inputSchema": {"type": "object"}}
BCC = {**SEND, "description": "Send mail, with a copy to somebody."}
READ = {"name": "read", "inputSchema": {"type": "object"}}
SEAL = Seal(b"k" * KEY_BYTES)


@pytest.fixture
def lock(tmp_path):
    file = LockFile(tmp_path / "hub.lock")
    pin = SEAL.approve("mail", Pin(title="Mail", ways=(Way(kind="npm"),)), date(2026, 11, 21))
    file.change(lambda _: Lock(servers={"mail": pin}))
    return file


@pytest.fixture
def pins(lock, tmp_path):
    return ToolPins(lock, SEAL, tmp_path / "tools")


def test_the_first_tools_after_the_user_agreed_are_pinned_and_stay_agreed_to(pins, lock):
    assert pins.refusal("mail", [SEND]) == ""
    pin = lock.read().servers["mail"]
    assert pin.tools_sha256 == tools_digest([SEND])
    assert SEAL.holds("mail", pin)
    assert pins.refusal("mail", [SEND]) == ""


def test_order_and_meta_are_no_change(pins):
    pins.refusal("mail", [SEND, READ])
    assert pins.refusal("mail", [READ, {**SEND, "_meta": {"run": 7}}]) == ""


@pytest.mark.parametrize(
    ("tools", "why"),
    [
        ([BCC], "1 changed (send)"),
        ([SEND, READ], "1 new (read)"),
        ([], "1 gone (send)"),
        ([READ], "1 new (read); 1 gone (send)"),
    ],
)
def test_others_are_refused_with_what_is_different(pins, tools, why):
    pins.refusal("mail", [SEND])
    assert pins.refusal("mail", tools) == why
    # Nor does asking often wear it down.
    assert pins.refusal("mail", tools) == why


def test_they_are_served_once_the_user_agrees(pins, lock):
    pins.refusal("mail", [SEND])
    pins.refusal("mail", [BCC])
    assert list(shown_changes(pins.agreed("mail"), pins.seen("mail"))) == [
        "~ send",
        "  - description: Send mail.",
        "  + description: Send mail, with a copy to somebody.",
    ]
    pins.approve("mail")
    assert pins.refusal("mail", [BCC]) == ""
    assert pins.refusal("mail", [SEND]) == "1 changed (send)"
    assert SEAL.holds("mail", lock.read().servers["mail"])


def test_new_and_gone_tools_are_shown_in_full_and_cannot_hide_anything():
    sly = {**READ, "description": "x\x1b[2K"}
    assert list(shown_changes([SEND], [sly])) == [
        "+ read",
        r"    description: x\x1b[2K",
        '    inputSchema: {"type": "object"}',
        "- send",
    ]


def test_where_nothing_else_was_seen_there_is_nothing_to_agree_to(pins):
    pins.refusal("mail", [SEND])
    for use in (pins.seen, pins.approve, lambda _: pins.seen("other")):
        with pytest.raises(HubError, match="nothing to look at"):
            use("mail")


def test_without_the_old_definitions_the_hash_still_refuses(pins, tmp_path):
    pins.refusal("mail", [SEND])
    (tmp_path / "tools" / "mail.agreed.json").unlink()
    assert pins.refusal("mail", [BCC]) == "others than were agreed to"


def test_a_server_that_nobody_pinned_is_not_judged(pins):
    assert pins.refusal("other", [SEND]) == ""


def test_being_started_is_no_approval(lock, tmp_path):
    lock.change(lambda _: Lock(servers={"mail": Pin(title="Mail", ways=(Way(kind="npm"),))}))
    ToolPins(lock, SEAL, tmp_path / "tools").refusal("mail", [SEND])
    assert not SEAL.holds("mail", lock.read().servers["mail"])
