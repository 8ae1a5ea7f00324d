"""What is said of a server's health after some answers and failures, with a clock that stands until a test moves it."""

import pytest

from hub_launch.run.health import MOST_FAILURES, SLOW_SECONDS, WAKING_SECONDS, WINDOW, Level, Record, Times


class Clock:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def record(clock):
    return Record(clock)


def fail(record, clock, times, **how):
    for _ in range(times):
        clock.now += 5
        record.failed("nothing came", **how)


def test_of_one_that_was_not_asked_nothing_is_known(record):
    health = record.health()
    assert (health.level, health.probes, health.answered) == (Level.UNKNOWN, None, None)


def test_one_that_answers_is_healthy_and_how_quickly_is_known(record, clock):
    for seconds in (0.3, 0.1, 0.2):
        record.probed(seconds)
    clock.now += 7
    health = record.health()
    assert (health.level, health.reason, health.answered) == (Level.HEALTHY, "", 7)
    assert health.probes == Times(last=0.2, median=0.2, worst=0.3, count=3)


def test_only_the_latest_answers_are_remembered(record):
    record.probed(9)
    for _ in range(WINDOW):
        record.probed(0.1)
    assert record.health().probes == Times(0.1, 0.1, 0.1, WINDOW)


def test_a_failure_casts_doubt_and_the_third_in_a_row_is_enough(record, clock):
    record.probed(0.1)
    levels = []
    for _ in range(MOST_FAILURES):
        fail(record, clock, 1)
        levels.append(record.level)
    assert levels == [Level.DEGRADED, Level.DEGRADED, Level.UNHEALTHY]
    assert (record.health().reason, record.health().failures) == ("nothing came", 3)


def test_an_answer_makes_up_for_all_failures(record, clock):
    fail(record, clock, 5)
    record.answered()
    assert (record.level, record.health().reason, record.health().failures) == (Level.HEALTHY, "", 0)


def test_what_fails_at_the_same_moment_failed_once(record):
    for _ in range(10):
        record.failed("the connection closed")
    assert record.health().failures == 1


def test_one_that_works_on_calls_is_never_called_ill_for_its_silence(record, clock):
    fail(record, clock, 10, busy=True)
    assert record.level is Level.DEGRADED
    fail(record, clock, 1)
    assert record.level is Level.UNHEALTHY
    fail(record, clock, 1, busy=True)
    assert record.level is Level.UNHEALTHY


def test_one_that_is_slow_most_of_the_time_is_in_doubt(record):
    for seconds in (0.1, SLOW_SECONDS + 1, SLOW_SECONDS + 1):
        record.probed(seconds)
    assert record.level is Level.DEGRADED
    assert "3.0 s" in record.health().reason
    record.probed(0.1)
    record.probed(0.1)
    assert record.level is Level.HEALTHY


def test_after_the_machine_slept_nobody_is_to_blame_for_a_while(record, clock):
    record.probed(0.1)
    fail(record, clock, 5)
    record.woke()
    fail(record, clock, 3)
    assert record.level is Level.HEALTHY
    clock.now += WAKING_SECONDS
    fail(record, clock, 1)
    assert record.level is Level.DEGRADED


def test_whether_it_was_silent_for_long(record, clock):
    assert record.silent(1)
    record.answered()
    clock.now += 10
    assert record.silent(10)
    assert not record.silent(11)
