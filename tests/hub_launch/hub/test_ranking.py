"""How tools are found: real tools, as recorded in the registry, by words that people use."""

import json
from pathlib import Path

import pytest

from hub_launch.hub.ranking import Ranking, weighed, words_of
from hub_launch.hub.shelves import Shelf, Shown, words_of_tools
from hub_launch.run.messages import raw

RECORDED = Path(__file__).parents[3] / "registry" / "recorded"
# A hub of these: among all servers of the registry each question has many good answers.
SERVERS = (
    "everything fetch filesystem git memory microsoft-learn open-meteo registry sequential-thinking time"
).split()


@pytest.fixture(scope="module")
def find():
    """Finds recorded tools: a question -> names, best first."""
    shelves = []
    for server in SERVERS:
        recorded = json.loads((RECORDED / f"{server}.json").read_text())
        tools = [Shown(f"{server}_{one['name']}", one["name"], raw(one)) for one in recorded.get("tools", [])]
        shelves.append(Shelf(server, server.title(), tuple(tools)))
    names = [tool.name for shelf in shelves for tool in shelf.tools]
    ranking = Ranking([words for shelf in shelves for words in words_of_tools(shelf)])
    return lambda query: [names[number] for number in ranking.best(query)]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("list files in a folder", "filesystem_list_directory"),
        ("rename a file", "filesystem_move_file"),
        ("git_diff", "git_git_diff"),
        ("gitDiff", "git_git_diff"),
        ("show commit history", "git_git_log"),
        ("create branch", "git_git_create_branch"),
        ("download a web page", "fetch_fetch"),
        ("remove relations", "memory_delete_relations"),
        ("convert timezones", "time_convert_time"),
        ("weather forecast", "open-meteo_get_forecast"),
        ("please add two numbers", "everything_get-sum"),
        ("find mcp servers", "registry_search_servers"),
        ("ECHO", "everything_echo"),
    ],
)
def test_the_best(find, query, best):
    assert find(query)[0] == best


@pytest.mark.parametrize(
    ("query", "among"),
    [
        ("what time is it in Tokyo", "time_get_current_time"),
        ("commit staged changes", "git_git_commit"),
        ("make a new folder", "filesystem_create_directory"),
        ("reading several files", "filesystem_read_multiple_files"),
    ],
)
def test_among_the_best_three(find, query, among):
    assert among in find(query)[:3]


@pytest.mark.parametrize("query", ["", "  ", "zzz qqq", "§$%"])
def test_what_nobody_says_finds_nothing(find, query):
    assert find(query) == []


def test_words_without_content_are_asked_for_where_there_are_no_others():
    ranking = Ranking([weighed([(1, "what you want")]), weighed([(1, "something else")])])
    assert ranking.best("what") == [0]


def test_rare_words_tell_more_and_names_more_than_descriptions():
    texts = [
        weighed([(4, "search"), (1, "pages")]),
        weighed([(4, "other"), (1, "search the pages")]),
        weighed([(4, "another"), (1, "search for music")]),
    ]
    assert Ranking(texts).best("search") == [0, 1, 2]
    assert Ranking(texts).best("search music")[0] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("readTextFile", ["read", "text", "file"]),
        ("HTTPRequest_v2", ["http", "request", "v2"]),
        ("Ürsprüngliche Dateien", ["ürsprüngliche", "dateien"]),
        ("directories files boxes class status", ["directory", "file", "boxe", "class", "status"]),
    ],
)
def test_names_and_texts_are_taken_apart_alike(text, words):
    assert list(words_of(text)) == words


def test_nothing_to_rank_is_no_error():
    assert Ranking([]).best("anything") == []
