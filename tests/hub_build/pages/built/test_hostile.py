"""Whatever is written in an entry or said by a server is text on its pages, and nothing else."""

import re

import pytest

# The site is made once, for all that look at it.
pytestmark = pytest.mark.xdist_group("pages")

# Elements that no template has; entries and servers try to bring them along.
FOREIGN = {"iframe", "object", "embed", "style", "base", "b"}


def own(site):
    return {path: page for path, page in site.pages.items() if not path.startswith("docs/") and path != "404.html"}


def test_the_registry_is_as_hostile_as_it_is_meant(hostile):
    """Otherwise nothing below would prove anything: what breaks the schema is not published at all."""
    for number in range(len(hostile.texts)):
        for path in (f"recorded/hostile-{number}.json", f"servers/hostile-{number}/index.html"):
            assert path in hostile.files


def test_nothing_hostile_becomes_an_element(hostile):
    for path, page in own(hostile).items():
        tags = {tag for tag, _ in page.elements}
        assert not tags & FOREIGN, path
        assert not [attributes for _, attributes in page.elements if "onerror" in attributes], path
        assert not [attributes for tag, attributes in page.elements if attributes.get("src") == "x"], path


def test_hostile_text_is_shown_as_it_was_written(hostile):
    assert "</title></code></pre><script>window.hacked=1</script>" in hostile.pages["servers/hostile-0/index.html"].text
    assert "{{ 7 * 7 }} {% raw %} {hub:content}" in hostile.pages["servers/hostile-3/index.html"].text


def test_places_of_the_frame_are_filled_by_us_alone(hostile):
    """`{hub:content}` in a title must not bring a page's content into its head."""
    for path, page in own(hostile).items():
        assert [tag for tag, _ in page.elements].count("article") == 1, path
        assert [tag for tag, _ in page.elements].count("h1") == 1, path


def test_no_character_turns_the_reading_direction_or_hides(hostile):
    unsafe = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\x00\x1b\x07\u2028]")
    assert {path: found[0] for path, page in own(hostile).items() if (found := unsafe.findall(page.text))} == {}


def test_hostile_pages_stay_small(hostile):
    """But for what servers themselves say at length, which is shown whole."""
    large = {path: len(hostile.files[path]) for path in own(hostile) if not path.startswith("servers/")}
    assert {path: size for path, size in large.items() if size > 60_000} == {}


def test_a_server_of_which_nothing_is_known_has_a_page_that_says_so(hostile):
    text = " ".join(hostile.pages["servers/bare/index.html"].text.split())
    assert "Nobody has recorded yet what it offers" in text
    assert "Nobody has proved yet to be" in text
    assert "verified publisher" not in text


def test_a_withdrawn_server_has_a_page_that_says_why_and_nothing_to_start(hostile):
    page = hostile.pages["servers/gone/index.html"]
    assert "<script>window.hacked=1</script>" in page.text
    assert not [attributes for _, attributes in page.elements if "data-install" in attributes]
    assert "hub-launch gone" not in page.text
