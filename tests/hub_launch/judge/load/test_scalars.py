import math

import pytest

from hub_launch.judge.load.scalars import Refused, lenient_plain, strict_plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("false", False), ("0", 0), ("-7", -7), ("42", 42), ("1.5", 1.5), ("-0.25", -0.25),
        ("2026.8.31", "2026.8.31"), ("1.2.3", "1.2.3"), (".", "."), ("..", ".."), ("v1", "v1"), ("-x", "-x"),
        ("--port", "--port"), ("1.0.0-rc.1", "1.0.0-rc.1"), ("nobody", "nobody"), ("yesterday", "yesterday"),
        ("~/Documents", "~/Documents"), ("12:30 Uhr", "12:30 Uhr"), ("3 items", "3 items"), ("Infinity", "Infinity"),
        ("sha512-abc==", "sha512-abc=="),
    ],
)  # fmt: skip
def test_what_every_reader_agrees_on_is_read(text, value):
    read = strict_plain(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "yes", "No", "ON", "off", "y", "N", "True", "FALSE", "", "~", "null", "Null", "NULL",
        "010", "0x1F", "0o17", "0b101", "1_000", "+5", "-0", "007", "1.", ".5", "-.5", "1.10", "1.50", "1e3", "1E3",
        "1.5e3", "1.5e+3", "-1e-7", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "12:30:00", "12:30", "190:20:30.15",
        "2026-11-21", "2026-1-1", "2026-11-21T10:00:00Z", "2026-11-21 10:00:00", "=", "<<", "12345678901234567890",
        "9" * 5000, "9" * 400 + ".5",
    ],
)  # fmt: skip
def test_what_readers_disagree_on_is_refused(text):
    refused = strict_plain(text)
    assert isinstance(refused, Refused)
    assert refused.hint
    assert len(refused.message + refused.hint) < 300


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"), ("on", "on"), ("2026-11-21", "2026-11-21"), ("12:30:00", "12:30:00"), ("null", None),
        ("", None), ("True", True), ("010", 10), ("0x1f", 31), ("0o17", 15), ("+5", 5), ("1e3", 1000.0), (".5", 0.5),
        ("1.10", 1.1), ("9223372036854775807", 9223372036854775807), ("3.1.0", "3.1.0"), (".inf", ".inf"), ("=", "="),
    ],
)  # fmt: skip
def test_openapi_documents_are_read_as_yaml_1_2_with_the_types_of_json(text, value):
    read = lenient_plain(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", ["1e999", "9" * 5000, "-1e400"])
def test_numbers_that_json_cannot_hold_are_refused(text):
    assert isinstance(lenient_plain(text), Refused)


def test_the_refusals_of_lenient_reading_are_about_numbers_alone():
    assert all(isinstance(strict_plain(text), Refused) for text in ("nan", ".nan")) is False
    assert math.isfinite(lenient_plain("1e308"))
