from hypothesis import given
from hypothesis import strategies as st

from hub_build.pages.alike import MAX_RELATED, Subject, alike
from hub_build.pages.related import related_servers


def subject(id_, description="", title="", tags=(), categories=("web",)):
    return Subject(id_, title or id_, description, tags, categories)


# So many that a category says nothing.
OTHERS = [subject(f"other-{number}") for number in range(40)]


def test_servers_about_the_same_are_found():
    found = alike([
        subject("arxiv", "Academic papers from arXiv and PubMed."),
        subject("papers", "Search papers in PubMed."),
        subject("rain", "Radar images of rain."),
        *OTHERS,
    ])  # fmt: skip
    assert found["arxiv"] == ("papers",)
    assert found["papers"] == ("arxiv",)
    assert found["rain"] == ()


def test_a_rare_tag_is_enough_and_a_rare_word_is_not():
    tagged = alike([subject("aaa", tags=["sql"]), subject("bbb", tags=["sql"]), *OTHERS])
    worded = alike([subject("aaa", "about submarines"), subject("bbb", "with submarines"), *OTHERS])
    assert (tagged["aaa"], worded["aaa"]) == (("bbb",), ())


def test_words_that_everybody_uses_say_nothing():
    words = "An MCP server that provides tools for AI assistants and agents."
    assert set(alike([subject(f"server-{number}", words) for number in range(10)]).values()) == {()}


def test_the_most_alike_comes_first_and_the_number_is_bounded():
    many = [subject(f"sql-{number}", tags=["sql"]) for number in range(5)]
    found = alike(
        [subject("best", tags=["sql", "postgres"]), subject("like", tags=["sql", "postgres"]), *many, *OTHERS]
    )
    assert found["best"][0] == "like"
    assert len(found["best"]) == MAX_RELATED


def test_a_category_of_few_relates_servers_of_a_small_registry():
    few = [subject("one", categories=["data"]), subject("two", categories=["data"]), *OTHERS[:10]]
    assert alike(few)["one"] == ("two",)


words = st.text("abc ", max_size=12)
subjects = st.lists(
    st.builds(
        Subject,
        st.text("abcdef", min_size=2, max_size=4),
        words,
        words,
        st.lists(st.sampled_from(["aa", "bb"]), max_size=2),
        st.just(["data"]),
    ),
    unique_by=lambda one: one.id,
    max_size=30,
)


@given(subjects, st.randoms())
def test_nobody_is_related_to_themselves_and_the_order_of_servers_changes_nothing(given_, chance):
    found = alike(given_)
    assert all(id_ not in others for id_, others in found.items())
    assert alike(chance.sample(given_, len(given_))) == found


def test_withdrawn_servers_are_not_recommended(registry, compiled):
    registry.add("weather", tags=["rain"])
    registry.add("climate", tags=["rain"])
    registry.add("bad-weather", tags=["rain"], status="withdrawn")
    for number in range(10):
        registry.add(f"other-{number}", categories=["web"])
    related = related_servers(compiled())
    assert [one.id for one in related["weather"]] == ["climate"]
    assert "bad-weather" not in related
