from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest

from hub_launch.children.openapi.retry import MAX_WAIT_SECONDS, seconds_to_wait


def answer(status, retry_after=None):
    return httpx2.Response(status, headers={"Retry-After": retry_after} if retry_after else {})


def test_each_wait_is_twice_as_long_and_a_part_of_it_is_chance():
    assert [seconds_to_wait("GET", answer(503), n, 1.0) for n in range(3)] == [0.5, 1.0, 2.0]
    assert [seconds_to_wait("GET", answer(503), n, 0.0) for n in range(3)] == [0.25, 0.5, 1.0]


def test_the_time_to_come_back_may_be_a_day():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=6), usegmt=True)
    assert 4 < seconds_to_wait("POST", answer(429, soon), 0, 0.0) < 7
    past = format_datetime(datetime.now(UTC) - timedelta(days=6), usegmt=True)
    assert seconds_to_wait("POST", answer(429, past), 0, 0.0) == 0.25


@pytest.mark.parametrize("value", ["soon", "-1", "1.5", "", "Thu, 99 Nov 2026 99:00:00 GMT"])
def test_a_time_that_means_nothing_is_none(value):
    assert seconds_to_wait("POST", answer(503, value), 0, 0.0) is None
    assert seconds_to_wait("GET", answer(503, value), 0, 0.0) == 0.25


def test_a_wait_has_a_bound():
    assert seconds_to_wait("GET", answer(429, str(int(MAX_WAIT_SECONDS))), 0, 0.0) is None
    assert seconds_to_wait("GET", answer(429, "9" * 400), 0, 0.0) is None


@pytest.mark.parametrize(
    ("method", "error", "again"),
    [
        ("POST", httpx2.ConnectError, True),
        ("POST", httpx2.ConnectTimeout, True),
        ("GET", httpx2.RemoteProtocolError, True),
        ("POST", httpx2.RemoteProtocolError, False),
        ("GET", httpx2.ReadTimeout, False),
        ("GET", httpx2.ReadError, True),
    ],
)
def test_a_broken_connection_is_tried_again_where_nothing_was_done_or_nothing_changes(method, error, again):
    assert (seconds_to_wait(method, error("broken"), 0, 0.0) is not None) is again
