import json
from datetime import date

import pytest

from hub_launch.catalog.lock import MAX_SETS, Lock, Pin, Way
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
    assert list(shown_changes(pins.agreed("mail"), pins.seen("mail")[""])) == [
        "~ send",
        "  - description: Send mail.",
        "  + description: Send mail, with a copy to somebody.",
    ]
    pins.approve("mail", pins.seen("mail"))
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
    for use in (pins.seen, lambda _: pins.seen("other")):
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


# While a hub runs


def test_a_lock_that_somebody_else_writes_meanwhile_agrees_to_nothing(pins, lock):
    assert pins.refusal("mail", [SEND]) == ""
    pulled = lock.read().servers["mail"].model_copy(update={"tools_sha256": tools_digest([BCC])})
    for servers in ({"mail": pulled}, {}):
        lock.change(lambda _, servers=servers: Lock(servers=servers))
        assert pins.refusal("mail", [BCC]) == "1 changed (send)"
        assert pins.refusal("mail", [SEND]) == ""


def test_of_two_hubs_that_see_it_for_the_first_time_one_pins_its_tools(lock, tmp_path):
    one, other = (ToolPins(lock, SEAL, tmp_path / "tools") for _ in range(2))
    assert other.takes("mail", [BCC])
    assert one.refusal("mail", [SEND]) == ""
    assert other.refusal("mail", [BCC]) == "1 changed (send)"


def test_where_the_lock_cannot_be_written_the_first_tools_hold_while_the_hub_runs(lock, tmp_path, monkeypatch):
    def full(change):
        raise HubError("no space left")

    pins = ToolPins(lock, SEAL, tmp_path / "tools")
    monkeypatch.setattr(lock, "change", full)
    assert pins.refusal("mail", [SEND]) == ""
    assert pins.refusal("mail", [BCC]) == "1 changed (send)"


def test_definitions_that_are_not_those_that_were_agreed_to_are_not_shown_as_such(pins, tmp_path):
    pins.refusal("mail", [SEND])
    (tmp_path / "tools" / "mail.agreed.json").write_text(json.dumps([BCC]))
    assert pins.refusal("mail", [BCC]) == "others than were agreed to"


# To clients that can more


def test_what_clients_that_can_more_are_shown_is_pinned_beside_and_sealed(pins, lock):
    assert pins.refusal("mail", [SEND]) == ""
    assert pins.refusal("mail", [SEND, READ], "sampling") == ""
    assert pins.refusal("mail", [READ], "elicitation,roots") == ""
    pin = lock.read().servers["mail"]
    assert pin.tools_sha256 == tools_digest([SEND])
    assert pin.tools_sha256_with == {"elicitation,roots": tools_digest([READ]), "sampling": tools_digest([SEND, READ])}
    assert SEAL.holds("mail", pin)


def test_each_set_is_refused_others_than_its_own(pins):
    pins.refusal("mail", [SEND])
    pins.refusal("mail", [SEND, READ], "sampling")
    assert pins.refusal("mail", [SEND, READ]) == "1 new (read)"
    assert pins.refusal("mail", [SEND], "sampling") == "1 gone (read)"
    assert pins.refusal("mail", [BCC, READ], "sampling") == "1 changed (send)"


def test_what_differs_is_shown_and_agreed_to_for_each_set(pins, lock):
    for abilities, tools in (("", [SEND]), ("sampling", [SEND]), ("roots", [SEND])):
        pins.refusal("mail", tools, abilities)
    pins.refusal("mail", [BCC])
    pins.refusal("mail", [SEND, READ], "sampling")
    seen = pins.seen("mail")
    assert seen == {"": [BCC], "sampling": [SEND, READ]}
    # What the server shows between question and answer was not what the user saw.
    pins.refusal("mail", [READ], "sampling")
    pins.approve("mail", seen)
    assert pins.refusal("mail", [BCC]) == ""
    assert pins.refusal("mail", [SEND, READ], "sampling") == ""
    assert pins.refusal("mail", [SEND], "roots") == ""
    assert pins.refusal("mail", [READ], "sampling") == "1 gone (send)"
    assert SEAL.holds("mail", lock.read().servers["mail"])


def test_there_are_only_so_many_sets(pins, lock):
    names = [letter + other for letter in "abcdef" for other in "uvwxyz"]
    for name in names[:MAX_SETS]:
        assert pins.refusal("mail", [SEND], name) == ""
    assert "is the most" in pins.refusal("mail", [SEND], names[MAX_SETS])
    assert pins.refusal("mail", [SEND], names[0]) == ""
    assert pins.refusal("mail", [SEND]) == ""
    # Nor does one come by another way into a lock that could not be read then.
    pins.approve("mail", {names[MAX_SETS]: [SEND]})
    assert len(lock.read().servers["mail"].tools_sha256_with) == MAX_SETS
