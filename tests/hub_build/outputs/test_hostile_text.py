"""Whatever publishers write stays text in XML, SVG, HTML and Markdown."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from hub_build.compile import Compiled, compile_draft
from hub_build.outputs import errors, feed, llms, sitemap
from hub_build.outputs.badges import svg
from hub_build.samples import SAMPLES
from hub_launch.catalog import Entry, Lists, canonical_json, to_server
from hub_launch.judge.draft import draft_of
from hub_launch.text import printable

# Characters that mean something to a markup, and ones that XML cannot have.
hostile = st.text(
    st.one_of(st.sampled_from("<>&'\"/`*_[]()!#\\|]]>\0\x0b\x1b\u202e\ufffe\n"), st.characters()), min_size=1
)


def made(title, description):
    given_ = SAMPLES[0]
    made = compile_draft(draft_of(canonical_json(to_server(Entry.model_validate(given_)))), {})
    documents = (replace(made, title=title, description=description),)
    return Compiled(title, Lists(), documents, {}, base_url="https://example.com/?<&\"'/")


def only(files):
    return dict(files)


@given(title=hostile, description=hostile)
def test_the_feed_says_what_was_written_and_nothing_more(title, description):
    root = ElementTree.fromstring(only(feed.whole(made(title, description)))["feed.xml"])
    atom = "{http://www.w3.org/2005/Atom}"
    assert [one.tag.removeprefix(atom) for one in root.find(f"{atom}entry")] == [
        "id", "title", "updated", "summary", "link", "category",
    ]  # fmt: skip
    # Readers of XML turn line ends into line feeds; printable text has none.
    assert root.findtext(f"{atom}title") == printable(title)
    assert root.findtext(f"{atom}entry/{atom}summary") == printable(description)


@given(message=hostile)
def test_a_badge_is_a_drawing_of_its_words(message):
    root = ElementTree.fromstring(svg(message, "#000000"))
    space = "{http://www.w3.org/2000/svg}"
    assert {one.tag.removeprefix(space) for one in root.iter()} == {"svg", "title", "rect", "g", "text"}
    assert root.findall(f".//{space}text")[1].text == printable(message)


@given(title=hostile)
def test_the_page_has_no_other_tags(title):
    seen = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append(tag)

    Reader().feed(only(errors.fixed(made(title, "y")))["404.html"].decode())
    assert seen == ["html", "head", "meta", "meta", "meta", "title", "body", "main", "h1", "p", "p", "a"]


@given(title=hostile, description=hostile)
def test_a_line_for_assistants_is_one_line_without_links_of_the_publishers(title, description):
    text = only(llms.whole(made(title, description)))["llms.txt"].decode()
    line = text.rstrip("\n").rpartition("\n")[2]
    assert line.startswith("- [")
    plain = re.sub(r"\\.", "", line)
    assert plain.count("](") == plain.count("[") == 1
    assert not set("<>*_#!|") & set(plain.partition("](")[0]) | set("<>*_#!|[]") & set(plain.rpartition(": ")[2])


@given(title=hostile)
def test_the_sitemap_is_one_address(title):
    root = ElementTree.fromstring(only(sitemap.whole(made(title, "y")))["sitemap.xml"])
    assert len(list(root.iter())) == 4
