from datetime import date, timedelta

from hub_build.pages.data.plots import MAX_BARS, MAX_DAYS, bars, growth, in_buckets, most_common


def test_the_longest_bar_is_the_plots_length_and_the_others_are_in_proportion():
    made = bars("T", "Kind", "servers", {"npm": 30, "pypi": 10, "oci": 0})
    assert [(bar.label, bar.count, bar.percent) for bar in made.bars] == [
        ("npm", 30, "100.0"), ("pypi", 10, "33.3"), ("oci", 0, "0.0"),
    ]  # fmt: skip


def test_where_nothing_was_counted_there_are_no_bars():
    assert bars("T", "K", "w", {"a": 0, "b": 0}).bars == bars("T", "K", "w", {}).bars == ()


def test_rare_words_are_counted_together():
    counts = most_common([f"w{n}" for n in range(MAX_BARS + 5)] + ["w3"])
    assert counts["w3"] == 2
    assert counts["others"] == 5
    assert next(iter(counts)) == "w3"


def test_a_limit_belongs_to_the_bucket_above_it():
    assert in_buckets([0.4, 0.5, 0.9, 3], (0.5, 1), ("a", "b", "c")) == {"a": 1, "b": 2, "c": 1}


def test_growth_adds_up_and_stays_level_until_something_comes():
    curve = growth("T", "servers", ["2026-01-09", "2026-01-01", "2026-01-01", "2026-01-05"])
    assert curve.rows == (("2026-01-01", 2), ("2026-01-05", 3), ("2026-01-09", 4))
    places = [tuple(float(number) for number in point.split(",")) for point in curve.points.split()]
    # Nine days, of which the first four have two servers, the next four three, and the last four.
    assert places == [(0, 50), (44.44, 50), (44.44, 25), (88.89, 25), (88.89, 0), (100, 0)]


def test_over_years_a_point_stands_for_a_month():
    first = date(2024, 1, 1)
    days = [(first + timedelta(days=number)).isoformat() for number in range(MAX_DAYS + 1)]
    curve = growth("T", "servers", days)
    assert curve.rows[0] == ("2024-01", 31)
    assert curve.rows[-1] == ("2025-02", MAX_DAYS + 1)
    assert curve.first == "Month"


def test_nothing_grew_out_of_nothing():
    assert (growth("T", "servers", []).points, growth("T", "servers", []).rows) == ("", ())
