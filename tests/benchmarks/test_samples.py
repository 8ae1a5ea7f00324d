import pytest
from hubs.samples import Measure, Section, Wanted, percentile, without_paths


@pytest.fixture
def section():
    measured = Section("Calls", "", (Measure("p50", "p50", "ms", better="less"),), ("ours",), ("slow", "fast"))
    for ours, slow, fast in ((1.0, 10.0, 4.0), (3.0, 30.0, 6.0), (1.0, 10.0, 4.0)):
        measured.add("ours", p50=ours)
        measured.add("slow", p50=slow)
        measured.add("fast", p50=fast)
    return measured


def test_a_ratio_is_that_of_the_same_round(section):
    assert section.value("fast", "p50") == 4
    assert section.ratio("ours", "slow", "p50") == pytest.approx(0.1)
    assert section.ratio("ours", "fast", "p50") == pytest.approx(0.25)


def test_the_fastest_peer_is_what_a_target_is_measured_by(section):
    assert section.fastest("p50") == "fast"
    assert section.fastest("p50", most=True) == "slow"
    assert section.against_fastest("ours", "p50") == pytest.approx(0.25)


def test_who_was_not_measured_has_no_number(section):
    assert section.value("nobody", "p50") is None
    assert section.ratio("ours", "nobody", "p50") is None


def test_a_table_has_rounds_summarised_and_each_of_ours_beside_all_others(section):
    table = section.table()
    assert [row.name for row in table.rows] == ["ours", "slow", "fast"]
    assert [row.kind for row in table.rows] == ["ours", "peer", "peer"]
    number = table.rows[0].numbers["p50"]
    assert (number.median, number.p99, number.rounds) == (1, 3, 3)
    assert {(one.row, one.to): one.value for one in table.ratios} == {("ours", "slow"): 0.1, ("ours", "fast"): 0.25}


def test_rows_may_have_one_of_their_own_beside_them(section):
    section.beside = {"ours": ("fast",)}
    assert [one.to for one in section.table().ratios] == ["fast"]


def test_what_is_wanted_is_reached_missed_or_not_measured():
    assert Wanted("least", 0.35).got(0.35).met
    assert Wanted("most", 4, at_least=True).got(3.9).met is False
    assert Wanted("none", 4).got(None).met is None


def test_a_reason_says_nothing_of_where_files_lie():
    told = without_paths("`/opt/x/bin/uv pip install a` failed:\n  /home/me/cache/a b; see https://a.example/b/c")
    assert told == "`uv pip install a` failed: a b; see https://a.example/b/c"


def test_a_percentile_is_one_of_the_samples():
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(101), 0.99) == 99
