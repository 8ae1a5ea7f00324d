"""Results as files that git shows the changes of."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_build.measured.files import as_text, committed, read_result, read_results, write_result
from hub_build.measured.model import Number
from hub_launch.errors import HubError


def test_what_was_written_is_read_again(tmp_path, result):
    path = write_result(tmp_path / "new", result())
    assert path.name == "calls.json"
    assert read_result(path.read_bytes(), path.name) == result()


def test_a_number_that_changed_is_one_line_that_changed(result, table):
    before, now = (as_text(result(table(p50=value))).splitlines() for value in (0.5, 0.6))
    assert len([one for one, two in zip(before, now, strict=True) if one != two]) == 1
    assert max(map(len, before)) < 250


@given(st.floats(min_value=0, max_value=1e9), st.text(max_size=300))
def test_any_number_and_any_words_survive(value, words):
    from tests.hub_build.measured.conftest import a_result, a_table

    missing = {"peer": words}
    whole = a_result(a_table(p50=value, missing=missing))
    assert read_result(as_text(whole).encode(), "any") == whole
    assert Number(median=value, p99=value, rounds=1) == Number(median=value, p99=value, rounds=1)


def test_a_file_of_another_form_is_named_with_what_is_wrong(result):
    with pytest.raises(HubError, match=r"calls\.json is no result of a benchmark: quick: Field required"):
        read_result(as_text(result()).replace('"quick"', '"slow"').encode(), "calls.json")


def test_results_stand_in_the_order_in_which_they_are_made(tmp_path, result):
    for name, place in (("a", 2), ("b", 1), ("c", 1)):
        write_result(tmp_path, result(benchmark=name, place=place))
    assert [one.benchmark for one in read_results(tmp_path)] == ["b", "c", "a"]


def test_the_last_commits_result_is_what_is_compared_with(tmp_path, result):
    def git(*words):
        who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", tmp_path, *who, *words], check=True, capture_output=True)

    path = write_result(tmp_path, result(commit="first"))
    assert committed(path) == result(commit="first"), "without git, what is there"
    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    write_result(tmp_path, result(commit="second"))
    assert committed(path) == result(commit="first")
    assert committed(tmp_path / "never.json") is None


def test_a_result_of_an_earlier_form_is_none(tmp_path):
    path = tmp_path / "calls.json"
    path.write_text("{}")
    assert committed(path) is None
