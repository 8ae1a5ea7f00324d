import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_build.convert.finish import MAX_DESCRIPTION, first_sentence
from hub_build.convert.names import (
    _CATEGORY_WORDS,
    CATEGORIES,
    Ids,
    categories_of,
    official_name,
    repository_of,
    tags_of,
    title_of,
)
from hub_build.convert.versions import Release, newest
from hub_launch.catalog import RESERVED_IDS


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("io.github.example/weather", "weather"),
        ("io.github.example/Weather_MCP", "weather-mcp"),
        ("com.example/mcp", "example-mcp"),
        ("com.example/search", "example-search"),  # a command of the launcher
        ("com.example/con", "example-con"),  # no file of that name on Windows
        ("com.example/x", "example-x"),
        ("x/x", "x-x"),
    ],
)
def test_ids_are_short_and_readable(name, id_):
    assert Ids().of(name) == id_


def test_ids_are_unique_even_without_hyphens_and_the_same_name_keeps_its_own():
    ids = Ids({"com.one/web-fetch": "webfetch"})
    assert ids.of("com.two/web-fetch") == "two-web-fetch"
    assert ids.of("com.one/web-fetch") == "webfetch"
    assert ids.of("com.two/web-fetch") == "two-web-fetch"
    assert ids.of("org.two/web-fetch") == "org-two-web-fetch"


@given(st.lists(st.text(max_size=90), unique=True, max_size=30))
def test_ids_keep_the_contract(names):
    import re

    ids = Ids()
    made = [ids.of(name) for name in names]
    assert len({one.replace("-", "") for one in made}) == len(names)
    for one in made:
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*[a-z0-9]", one)
        assert len(one) <= 64
        assert one not in RESERVED_IDS


def test_names_come_from_the_owner_of_an_address():
    assert official_name("https://github.com/Jo-Doe/tools.git", "x y") == "io.github.Jo-Doe/x-y"
    assert official_name("https://gitlab.com/jo/tools", "x") == "com.gitlab.jo/x"
    assert official_name("https://www.mcp.example.com/a", "x") == "com.example.mcp/x"
    for address in ("", "ftp://example.com", "https://[", "not an address", "https://exa mple/x"):
        assert official_name(address, "x") == ""
    assert official_name("https://example.com", "...") == ""


def test_repositories_of_the_two_known_forges():
    assert repository_of("https://github.com/a/b") == {"url": "https://github.com/a/b", "source": "github"}
    assert repository_of("https://github.com/a/b/tree/main/src/c") == {
        "url": "https://github.com/a/b",
        "source": "github",
        "subfolder": "src/c",
    }
    for address in ("https://example.org/a/b", "http://github.com/a/b", "https://github.com/a", ""):
        assert repository_of(address) is None


def test_titles_tags_and_categories():
    assert title_of("mcp_server-fear.greed") == "Mcp Server Fear Greed"
    assert tags_of(["Full Text", "x", "X", "!!", "a" * 40]) == ["full-text", "x", "a" * 32]
    assert categories_of(["Dev Tools", "database", "nothing", "ai", "git"]) == ["developer-tools", "databases", "ai"]
    assert set(_CATEGORY_WORDS.values()) <= CATEGORIES
    assert not set(_CATEGORY_WORDS) & CATEGORIES


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("One. Two.", "One. Two."),
        ("One. " + "x" * 200, "One."),
        ("word " * 40, "word " * 18 + "word word"[:4] + "…"),
        ("x" * 200, "x" * 99 + "…"),
    ],
)
def test_a_long_description_ends_at_a_sentence_or_a_word(text, short):
    assert first_sentence(text) == short
    assert len(first_sentence(text)) <= MAX_DESCRIPTION


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (["1.9.0", "1.10.0"], "1.10.0"),
        (["1.0.0", "1.0.0-rc.1", "nightly"], "1.0.0"),
        (["1.0.0-rc.10", "1.0.0-rc.9", "1.0.0-alpha"], "1.0.0-rc.10"),
        (["2025.1", "2024.12"], "2024.12"),  # not semver: by time, and the second is later
        (["v2.0.0", "1.0.0"], "v2.0.0"),
        (["01.0.0", "0.1.0"], "0.1.0"),
    ],
)
def test_the_newest_version(versions, expected):
    releases = [Release(version, f"2026-01-{number:02}") for number, version in enumerate(versions, 1)]
    assert releases[newest(releases)].version == expected


def test_deleted_versions_and_marks():
    assert newest([Release("1.0.0"), Release("2.0.0", deleted=True)]) == 0
    assert newest([Release("1.0.0", deleted=True), Release("2.0.0", deleted=True)]) == 1
    assert newest([Release("1.0.0", latest=True), Release("2.0.0")]) == 0
    assert newest([Release("1.0.0", latest=True), Release("2.0.0", latest=True)]) == 1


def test_the_rule_agrees_with_the_official_registry(official_list):
    groups = {}
    for one in official_list["servers"]:
        groups.setdefault(one["server"]["name"], []).append(one)
    marked = disagree = 0
    for answers in groups.values():
        meta = [one["_meta"]["io.modelcontextprotocol.registry/official"] for one in answers]
        flagged = [number for number, one in enumerate(meta) if one["isLatest"]]
        if len(answers) < 2 or len(flagged) != 1:
            continue
        marked += 1
        bare = [Release(one["server"]["version"], each["publishedAt"]) for one, each in zip(answers, meta, strict=True)]
        disagree += newest(bare) != flagged[0]
    assert marked > 50
    assert disagree == 0
