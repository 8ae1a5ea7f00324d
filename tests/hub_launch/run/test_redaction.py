import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.run.redaction import Redactor

SECRET = "ghp_0123456789abcdef"
KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----"


def redacted(secrets, *parts):
    redactor = Redactor(secrets)
    return b"".join([*map(redactor.feed, parts), redactor.flush()]).decode(errors="surrogateescape")


def test_a_secret_is_replaced_and_the_rest_stays():
    assert redacted([SECRET], f"key={SECRET}!\n".encode()) == "key=***!\n"


def test_without_secrets_everything_passes_at_once():
    assert Redactor([]).feed(b"any\xff\0thing") == b"any\xff\0thing"
    assert Redactor([""]).feed(b"thing") == b"thing"


@pytest.mark.parametrize("cut", range(len(SECRET) + 1))
def test_a_secret_in_two_reads_is_found(cut):
    whole = f"key={SECRET}!".encode()
    assert redacted([SECRET], whole[: 4 + cut], whole[4 + cut :]) == "key=***!"


def test_a_secret_in_many_reads_is_found():
    assert redacted([SECRET], *(bytes([byte]) for byte in f"a{SECRET}{SECRET}b".encode())) == "a******b"


def test_only_what_may_be_a_secret_is_held_back():
    redactor = Redactor([SECRET])
    assert redactor.feed(b"starting ghp_01") == b"starting "
    assert redactor.feed(b"?\n") == b"ghp_01?\n"


def test_a_secret_that_ends_as_it_begins_is_shown_at_once():
    redactor = Redactor(["hunter2-hunter2"])
    assert redactor.feed(b"key hunter2-hunter2") == b"key ***"
    assert redactor.feed(b"-hunter2!") == b"***!"


def test_a_line_that_ends_as_a_secret_begins_is_shown_and_remembered():
    redactor = Redactor([SECRET])
    assert redactor.feed(b"that is wrong\n") == b"that is wrong\n"
    assert redactor.feed(SECRET[1:].encode() + b"!\n") == b"***!\n"
    assert redactor.feed(b"wrong\n") == b"wrong\n"
    assert redactor.feed(b"and on\n") == b"and on\n"
    assert redactor.flush() == b""


@pytest.mark.parametrize(
    "broken",
    [
        f"{SECRET[:9]}\n{SECRET[9:]}",
        f"{SECRET[:9]}\r\n{SECRET[9:]}",
        f"{SECRET[:9]}    \n        {SECRET[9:]}",
        f"{SECRET[:9]} │\n│ {SECRET[9:]}",
        "\n".join(SECRET),
    ],
    ids=["newline", "carriage return", "padding", "frame", "every letter"],
)
def test_a_secret_that_was_wrapped_over_lines_is_found(broken):
    for cut in range(len(broken.encode())):
        whole = f"key={broken}!".encode()
        shown = redacted([SECRET], whole[: 4 + cut], whole[4 + cut :])
        assert shown.endswith("***!")
        # Of fewer letters nobody learns anything; they are not worth holding back a line.
        assert len(re.sub(r"\W", "", shown.removeprefix("key="))) < 4


def test_a_short_secret_is_found_within_a_line_alone():
    assert redacted(["abc"], b"abc ab\nc") == "*** ab\nc"


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        ('say "hi"\\', r"say \"hi\"\\"),
        ("schlüssel-9", r"schl\u00fcssel-9"),
        ("p@ss/word?", "p%40ss/word%3F"),
    ],
)
def test_a_secret_is_found_as_json_and_addresses_write_it(secret, written):
    assert redacted([secret], f"<{written}> <{secret}>".encode()) == "<***> <***>"


def test_each_line_of_a_secret_of_several_is_one():
    assert redacted([KEY], KEY.encode()) == "***"
    assert redacted([KEY], b"in the middle: hkiG9w0BAQEFAASC") == "in the middle: ***"


def test_of_secrets_that_overlap_nothing_is_left():
    assert redacted(["abcd", "cdef"], b"<abcdef>") == "<***>"
    assert redacted(["abc", "abcdef"], b"<abcdef> <abc>") == "<***> <***>"
    assert redacted(["abc", "abcdef"], b"<abc", b"def> <abc>") == "<***> <***>"
    # Shown as soon as it is complete; the rest of another is a secret too.
    assert redacted(["xabc", "bcd"], b"<xab", b"c", b"d>") == "<******>"


def test_the_beginning_of_a_secret_at_the_end_is_kept_secret():
    assert redacted([SECRET], b"key=ghp_012345") == "key=***"
    assert redacted([SECRET], b"paragraph") == "paragraph"


def test_bytes_that_are_no_text_may_be_secret_too():
    assert Redactor(["caf\udce9-key"]).feed(b"<caf\xe9-key>") == b"<***>"
    assert Redactor(["\ud800"]).feed(b"text") == b"text"


def test_no_more_is_held_back_than_a_secret_and_some_padding():
    redactor = Redactor([SECRET])
    shown = redactor.feed(b"ghp_012" + b" " * 100_000)
    assert len(shown) == 100_007
    assert redactor.flush() == b""


@given(
    secrets=st.lists(st.text("ab\n", min_size=1, max_size=6), max_size=3),
    parts=st.lists(st.text("ab\n ", max_size=12), max_size=6),
)
def test_no_secret_is_ever_left_however_it_is_cut(secrets, parts):
    shown = redacted(secrets, *(part.encode() for part in parts))
    assert not [secret for secret in secrets if secret in shown]
    # And text without secrets is as it was.
    if not any(secret.strip()[:1] in part for secret in secrets for part in parts):
        assert shown == "".join(parts)
