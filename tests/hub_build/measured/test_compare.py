"""What is told of two results of one benchmark."""

from hypothesis import given
from hypothesis import strategies as st

from hub_build.measured.compare import NOTABLE, Change, changes, missed

positive = st.floats(min_value=1e-6, max_value=1e6)


def test_a_ratio_that_is_more_than_15_percent_worse_is_a_regression(result, table):
    now = result(table(p50=0.58, rate=3.4))
    slower, fewer = changes(result(), now)
    assert slower.is_regression
    assert str(slower) == "calls: Calls: p50 of ours, divided by peer: 0.5 before, 0.58 now"
    assert fewer.is_regression, "of calls a second, less is worse"
    assert not any(change.is_regression for change in changes(result(), result(table(p50=0.57, rate=3.5))))


def test_what_got_better_is_told_too(result, table):
    assert [one.is_improvement for one in changes(result(), result(table(p50=0.4, rate=5)))] == [True, True]


def test_only_what_both_have_is_compared(result, table):
    other = table().model_copy(update={"title": "Other calls"})
    without = table().model_copy(update={"ratios": table().ratios[:1]})
    assert changes(result(), result(other)) == []
    assert [one.what for one in changes(result(without), result())] == ["Calls: p50 of ours, divided by peer"]


def test_a_goal_that_is_no_longer_reached_is_told(result, table):
    (told,) = missed(result(), result(table(goal=0.6)))
    assert told == "calls: Calls: p50 of the peer's: at most 0.5 wanted, 0.6 measured"
    (unknown,) = missed(result(), result(table(goal=None)))
    assert unknown.endswith("not measured")
    assert missed(result(table(goal=0.6)), result(table(goal=0.7))) == []


def test_nothing_where_there_was_nothing_is_no_change():
    assert Change("refresh", "bytes", 0, 0, "less").worse_by == 0
    assert Change("refresh", "bytes", 0, 1, "less").is_regression
    assert Change("refresh", "bytes", 1, 0, "less").is_improvement


@given(positive, positive, st.sampled_from(["less", "more"]))
def test_what_is_worse_one_way_is_better_the_other(before, now, better):
    there, back = Change("any", "any", before, now, better), Change("any", "any", now, before, better)
    assert not (there.is_regression and there.is_improvement)
    # Where a change is just notable, floats may round it to either side.
    if abs(max(before, now) / min(before, now) - (1 + NOTABLE)) > 1e-9:
        assert there.is_regression == back.is_improvement
