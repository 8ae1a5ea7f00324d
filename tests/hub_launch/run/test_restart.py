import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.run.restart import JITTER, LONGEST_SECONDS, MOST_FAILURES, WINDOW_SECONDS, Failures


@pytest.fixture
def failures():
    return Failures(lambda: 0.5)


def test_a_server_that_never_failed_may_be_started_at_once(failures):
    assert failures.wait(0) == 0
    assert not failures.repeated(0)


def test_each_failure_doubles_the_wait(failures):
    waits = []
    for _ in range(MOST_FAILURES - 1):
        failures.add(100)
        waits.append(failures.wait(100))
    assert waits == [1, 2, 4, 8]


def test_the_wait_is_counted_from_the_failure(failures):
    failures.add(100)
    assert failures.wait(100.75) == 0.25
    assert failures.wait(200) == 0


def test_after_too_many_failures_it_is_not_started_again(failures):
    for second in range(MOST_FAILURES):
        failures.add(second)
    assert failures.wait(MOST_FAILURES) is None


def test_failures_of_long_ago_do_not_count(failures):
    for second in range(MOST_FAILURES):
        failures.add(second)
    assert failures.wait(WINDOW_SECONDS - 1) is None
    assert failures.wait(WINDOW_SECONDS) == 0
    assert not failures.repeated(2 * WINDOW_SECONDS)


@given(st.lists(st.floats(0, 300), max_size=30), st.floats(0, 1))
def test_no_history_makes_anyone_wait_longer_than_the_longest_wait(gaps, chance):
    failures, now = Failures(lambda: chance), 0.0
    for gap in gaps:
        now += gap
        failures.add(now)
        wait = failures.wait(now)
        assert wait is None or 0 <= wait <= LONGEST_SECONDS * (1 + JITTER)
    assert failures.wait(now + WINDOW_SECONDS + 1) == 0
