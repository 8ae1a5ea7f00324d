import pytest
from hubs.samples import Measure, Section, Target, percentile


@pytest.fixture
def section():
    measured = Section("Calls", "", (Measure("p50", "p50", "ms", compared=True),), ("ours",), ("slow", "fast"))
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


def test_a_target_is_met_missed_or_not_measured():
    assert Target("least", 0.35, 0.35).met
    assert Target("most", 4, 3.9, at_least=True).met is False
    assert Target("none", 4, None).met is None


def test_a_percentile_is_one_of_the_samples():
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(101), 0.99) == 99
