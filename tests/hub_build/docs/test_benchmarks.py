"""The page and the part of README.md that are made of results."""

import re
from xml.etree import ElementTree

import pytest
from tests.hub_build.measured.conftest import a_result, a_table

from hub_build.docs import benchmarks
from hub_build.docs.bars import drawn
from hub_build.measured.files import write_result


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmarks, "RESULTS", tmp_path)
    return tmp_path


def test_the_page_says_machine_date_command_and_what_is_not_reached(results):
    write_result(results, a_result(a_table(goal=0.9)))
    page = benchmarks.page()
    assert (
        "| `calls` | 2026-11-22 | 0123456789 | A CPU, 2 cores, 4 GB; Linux 6, ext4; Python 3.11.7, Node 22.19.0 |"
        in page
    )
    assert "`make bench`, 2026-11-22 04:00 UTC, 62 s; load 0.1 before, 1.5 after." in page
    assert "0 of 1 are reached." in page
    assert "**not reached**" in page
    assert "Others used the machine" not in page


def test_a_busy_machine_is_said(results):
    write_result(results, a_result(load={"before": 3.0, "after": 3.0}))
    assert "Others used the machine too" in benchmarks.page()


def test_the_page_bears_that_nothing_was_measured(results):
    assert "0 of 0 are reached" in benchmarks.page()
    assert "hub-launch" in benchmarks.headlines()


def test_the_readme_has_a_column_for_each_hub(results):
    write_result(results, a_result())
    lines = benchmarks.headlines()
    assert "|  | hub-launch | ours | peer |" in lines
    assert "| a call, p50 ms | - | 1 | 2 |" in lines
    assert "`make bench`, 2026-11-22, 2 cores." in lines


def test_bars_are_as_long_as_their_share_of_the_longest_and_whoever_they_are_is_escaped():
    table = a_table().model_copy(update={"title": "<Calls>"})
    figure = ElementTree.fromstring(drawn(table, table.columns[0], "plot-1"))
    assert figure.findtext("figcaption") == "<Calls>: p50 (ms, less is better)"
    bars = [one for one in figure.iter("rect") if "hub-plot__bar" in one.get("class")]
    assert [one.get("width") for one in bars] == ["50.0%", "100.0%"]
    assert ["--other" in one.get("class") for one in bars] == [False, True]
    assert not re.search(r"\bstyle=", drawn(table, table.columns[0], "plot-1"))
