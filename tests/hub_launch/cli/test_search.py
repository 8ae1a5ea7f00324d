import pytest


@pytest.fixture(autouse=True)
def _registry(publish, entry):
    publish(
        [entry("clock", description="Tells the time."), entry("time"), entry("git"), entry("gone", status="withdrawn")]
    )


def test_servers_that_fit_are_listed_best_first(cli):
    ran = cli("search", "TIME")
    assert ran.code == 0
    assert [line.split("\t")[0] for line in ran.out.splitlines()] == ["time", "clock"]


def test_all_words_must_fit(cli):
    assert [line.split("\t")[0] for line in cli("search", "tells", "time").out.splitlines()] == ["clock"]


def test_as_json(cli):
    assert [row["id"] for row in cli("search", "git", "--format", "json").json] == ["git"]


def test_nothing_found_is_exit_1_with_where_to_look(cli):
    ran = cli("search", "weather", "today")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "nothing found for weather today; `hub-launch list` shows everything\n"


def test_nothing_found_is_an_empty_list_as_json(cli):
    assert cli("search", "weather", "--format", "json").json == []


def test_what_was_withdrawn_is_not_found(cli):
    assert cli("search", "gone").code == 1
