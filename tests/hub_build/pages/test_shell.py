"""The frame: filled for any place in the site, with links that lead where they led."""

import re

import pytest

from hub_build.pages.page import View
from hub_build.pages.shell import Shell
from hub_launch.errors import HubError

MAX_FRAME = 14_000

PAGE = b"""<head><meta content="{hub:description}">{hub:head}<title>{hub:title}</title>
<link href="../assets/a.css">

    <script src="../assets/a.js" data-base=".."></script></head>
<a href="../../">All</a> <a href=".." data-section="docs">Docs</a> <a href="../../tags/" data-section="tags">Tags</a>
<a href="https://example.com/">Other</a> <a href="#content">Skip</a>
{hub:content}
<script id="__config" type="application/json">{"base": "..", "search": "../assets/s.js"}</script>"""


def filled(path, section="", root="", **changes):
    view = View(path, "x.html", "x", changes.get("description", "About"), None, section=section, root=root)
    return Shell(PAGE).filled(view, changes.get("title", "Title"), "", changes.get("content", "<p>Here</p>")).decode()


@pytest.mark.parametrize(
    ("path", "root"), [("", "./"), ("tags/", "../"), ("servers/time/", "../../"), ("servers/time/x/", "../../../")]
)
def test_links_lead_where_they_led(path, root):
    addresses = re.findall(r'(?:href|src|data-base)="([^"]*)"|"(?:base|search)": "([^"]*)"', filled(path))
    assert ["".join(one) for one in addresses] == [
        f"{root}docs/assets/a.css",
        f"{root}docs/assets/a.js",
        f"{root}docs/",
        root,
        f"{root}docs/",
        f"{root}tags/",
        "https://example.com/",
        "#content",
        f"{root}docs/",
        f"{root}docs/assets/s.js",
    ]


def test_a_page_may_be_shown_in_the_place_of_others():
    assert '<a href="/hub/">All</a>' in filled("", root="/hub/")


def test_the_section_is_marked():
    assert 'data-section="tags" aria-current="page"' in filled("tags/", section="tags")
    assert filled("tags/", section="tags").count("aria-current") == 1
    assert "aria-current" not in filled("tags/")


def test_text_is_escaped_and_content_is_not():
    page = filled("", title="<b>", description='"><script>', content="<p>Here</p>")
    assert "<title>&lt;b&gt;</title>" in page
    assert 'content="&quot;&gt;&lt;script&gt;"' in page
    assert "<p>Here</p>" in page


def test_braces_in_what_is_filled_in_stay():
    assert "{hub:title}" in filled("", content="{hub:title}")


def test_a_frame_without_its_places_is_refused():
    with pytest.raises(HubError, match="has not the places"):
        Shell(b"<title>{hub:title}</title>")


def test_the_projects_own_frame_leads_into_the_site(frame):
    page = frame.shell.filled(View("servers/time/", "x", "x", "y", None, section="servers"), "Time", "", "").decode()
    assert 'href="../../docs/assets/hub/theme.css"' in page
    assert '<a href="../../" data-section="servers" aria-current="page">Servers</a>' in page
    assert '<a href="../../docs/" data-section="docs">Docs</a>' in page
    # It is part of every page.
    assert len(page) < MAX_FRAME
