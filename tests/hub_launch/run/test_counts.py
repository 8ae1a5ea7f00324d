import pytest

from hub_launch.run.counts import BOUNDS, LATEST, Counts


@pytest.fixture
def counted():
    """The counts after calls that took so long."""

    def make(*seconds, **how):
        counts = Counts()
        for one in seconds:
            counts.add(one, **{"tool_error": False, "failure": False, **how})
        return counts

    return make


def test_calls_are_counted_by_how_they_ended(counted):
    assert (counted(0.1).total, counted(0.1).tool_errors, counted(0.1).failures) == (1, 0, 0)
    assert (counted(0.1, tool_error=True).tool_errors, counted(0.1, failure=True).failures) == (1, 1)


def test_each_call_is_in_the_first_bucket_that_holds_it(counted):
    counts = counted(0.0, BOUNDS[0], BOUNDS[0] + 1e-6, BOUNDS[-1], BOUNDS[-1] + 1)
    assert (counts.buckets[0], counts.buckets[1]) == (2, 1)
    assert counts.buckets[-2:] == [1, 1]
    assert sum(counts.buckets) == counts.total
    assert counts.seconds == pytest.approx(0.002 + 1e-6 + 2 * BOUNDS[-1] + 1)


def test_what_is_usual_is_of_the_latest_calls(counted):
    assert counted().usual() is None
    assert counted(3.0).usual() == (3.0, 3.0)
    assert counted(*range(1, 21)).usual() == (10.5, 19)
    assert counted(*[9.0] * LATEST, *[1.0] * LATEST).usual() == (1.0, 1.0)
