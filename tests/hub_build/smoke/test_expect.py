import pytest

from hub_build.smoke.expect import missing_in
from hub_launch.catalog.entry import Expect


@pytest.mark.parametrize(
    ("expect", "is_error"),
    [(None, False), (Expect(), False), (Expect(contains="sunny"), False), (Expect(is_error=True), True)],
)
def test_an_answer_that_shows_what_is_expected_lacks_nothing(expect, is_error):
    assert missing_in("It is sunny.", expect, is_error=is_error) == ""


@pytest.mark.parametrize(
    ("expect", "is_error", "said"),
    [
        (None, True, "it failed: `It is sunny.`"),
        (Expect(contains="sunny"), True, "it failed: `It is sunny.`"),
        (Expect(is_error=True), False, "it was meant to fail, and answered `It is sunny.`"),
        (Expect(contains="rain"), False, "`rain` is not in the answer `It is sunny.`"),
        (Expect(contains="rain", is_error=True), True, "`rain` is not in the answer `It is sunny.`"),
    ],
)
def test_what_an_answer_lacks_is_said(expect, is_error, said):
    assert missing_in("It is sunny.", expect, is_error=is_error) == said


def test_a_long_or_hostile_answer_is_short_and_safe():
    said = missing_in("\x1b[2J" + "x" * 10_000, Expect(contains="y"), is_error=False)
    assert len(said) < 200
    assert "\x1b" not in said
