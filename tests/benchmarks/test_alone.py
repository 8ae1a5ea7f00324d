"""A benchmark in a process of its own that fails in whichever way is one that found nothing."""

import sys

import pytest
from hubs.samples import Measure, Section
from measures.alone import Failed, measured_alone, write_tables


def alone(tables, program, seconds=60):
    return measured_alone([sys.executable, "-c", program], tables, seconds)


def test_what_it_found_comes_back(tmp_path):
    section = Section("Calls", "", (Measure("p50", "p50", "ms"),), ("ours",), ())
    section.add("ours", p50=1.5)
    write_tables(tmp_path / "tables.json", [section])
    assert alone(tmp_path / "tables.json", "") == (section.table(),)


@pytest.mark.parametrize(
    ("program", "seconds", "why"),
    [
        ("raise SystemExit(3)", 60, "ended with 3"),
        ("", 60, "ended with 0"),
        ("import time; time.sleep(600)", 0.5, "took longer than 0 minutes"),
    ],
    ids=["fails", "finds nothing", "takes too long"],
)
def test_one_that_fails_says_how(tmp_path, program, seconds, why):
    with pytest.raises(Failed, match=why):
        alone(tmp_path / "tables.json", program, seconds)
