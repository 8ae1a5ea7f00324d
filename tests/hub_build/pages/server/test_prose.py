"""A publisher's Markdown: headings, lists and links, and nothing that acts or asks another host."""

import pytest

from hub_build.pages.server.prose import markdown


def test_what_readme_files_have_is_shown():
    shown = markdown("# Use\n\n- **one**\n- `two`\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n[site](https://example.com)")
    assert "<h3>Use</h3>" in shown
    assert "<strong>one</strong>" in shown
    assert '<a href="https://example.com" rel="nofollow noopener">site</a>' in shown
    assert "<td>2</td>" in shown


def test_nothing_is_nothing():
    assert markdown("") == markdown(" \n") == ""


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<style>*{display:none}</style>",
        "a <b onclick=x>b</b>",
        "<!-- hidden -->",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x)",
        "[x](//example.com)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        '[x](https://example.com/"onmouseover=alert(1))',
        "![x](https://example.com/a.png)",
        "![x](https://example.com/a.png){onload=alert(1)}",
        '```"onload=alert(1)\n```',
    ],
)
def test_nothing_in_it_acts_or_is_loaded(text):
    shown = markdown(text)
    assert not [tag for tag in ("<script", "<img", "<style", "<b ", "<!--", " style=") if tag in shown]
    assert 'href="javascript' not in shown.lower()
    assert 'href="//' not in shown
    assert not [word for word in shown.split() if word.startswith("on") and '"' in word and "&quot;" not in word]


def test_a_picture_is_a_link_to_it():
    shown = markdown("![A map](https://example.com/a.png)")
    assert '<a rel="nofollow noopener" href="https://example.com/a.png">A map</a>' in shown


def test_a_picture_without_an_address_that_is_one_is_text():
    assert "<a" not in markdown("![A map](javascript:alert(1))")
