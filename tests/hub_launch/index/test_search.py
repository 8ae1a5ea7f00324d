import pytest

from hub_launch.catalog import IndexRow
from hub_launch.index.search import search


@pytest.fixture
def found(rows, entry):
    """Ids that a search finds among a few servers."""
    entries = [
        entry("time", description="Tells the hour in any zone.", tags=["clock"]),
        entry("times-square", description="Webcam.", tags=["time"]),
        entry("calendar", title="Calendar of time", description="Dates."),
        entry("planner", description="Plans your time.", categories=["office"]),
        entry("clock", description="Ticks.", name="io.github.swiss/watch"),
    ]
    listed = [IndexRow.model_validate(row) for row in rows(entries)]
    return lambda *words: [row.id for row in search(listed, words)]


def test_what_a_server_is_called_beats_what_is_said_about_it(found):
    assert found("time") == ["time", "times-square", "calendar", "planner"]


def test_a_title_beats_a_tag_and_a_tag_beats_a_description(rows, entry):
    entries = [
        entry("aa", description="about weather"),
        entry("bb", tags=["weather"]),
        entry("cc", title="Weather"),
        entry("dd", name="io.github.weather/dd"),
    ]
    listed = [IndexRow.model_validate(row) for row in rows(entries)]
    assert [row.id for row in search(listed, ["weather"])] == ["dd", "cc", "bb", "aa"]


def test_an_exact_id_of_several_words_comes_first(found):
    assert found("times", "square")[0] == "times-square"


def test_all_words_must_be_found(found):
    assert found("time", "webcam") == ["times-square"]
    assert found("time", "nothing") == []


def test_case_and_punctuation_make_no_difference(found):
    assert found("TIME,", "(Zone)") == ["time"]


def test_words_in_one_argument_are_several_words(found):
    assert found("plans time") == ["planner"]


def test_a_word_may_be_cut_at_its_end_but_not_at_its_start(found):
    assert found("calen") == ["calendar"]
    assert found("lendar") == []


def test_categories_and_namespaces_are_searched(found):
    assert found("office") == ["planner"]
    assert found("swiss") == ["clock"]


def test_equal_servers_are_in_the_order_of_their_ids(rows, entry):
    listed = [IndexRow.model_validate(row) for row in rows([entry(name) for name in ("bb", "aa", "cc")])]
    assert [row.id for row in search(reversed(listed), ["what"])] == ["aa", "bb", "cc"]


def test_a_word_for_git_does_not_find_everything_that_is_on_github(rows, entry):
    listed = [IndexRow.model_validate(row) for row in rows([entry("git"), entry("time")])]
    assert [row.id for row in search(listed, ["git"])] == ["git"]
    assert search(listed, ["io.github"]) == []


@pytest.mark.parametrize("words", [[], [""], ["!?"], ["  "]])
def test_no_word_finds_nothing(found, words):
    assert found(*words) == []
