"""Strict content security: what a page loads is a file of the site, and nothing runs that is written into a page."""

from urllib.parse import urlsplit

import pytest

# The site is made once, for all that look at it.
pytestmark = pytest.mark.xdist_group("pages")

# Elements that load something, with the attribute that says what.
LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "track": "src",
    "embed": "src",
    "object": "data",
    "use": "href",
    "image": "href",
}
LINKS_THAT_LOAD = ("stylesheet", "icon", "preload", "modulepreload", "manifest", "prefetch", "preconnect")


def elements(site):
    for path, page in site.pages.items():
        for tag, attributes in page.elements:
            yield path, tag, attributes


def test_no_script_is_written_into_a_page(site):
    inline = [
        (path, data[:80])
        for path, page in site.pages.items()
        for tag, attributes, data in page.inline
        # Settings of the theme: data, which no browser runs.
        if tag == "script" and attributes.get("type") != "application/json" and data.strip()
    ]
    assert inline == []


def test_no_style_is_written_into_a_page(site):
    assert [path for path, tag, attributes in elements(site) if tag == "style" or "style" in attributes] == []


def test_no_element_has_an_event_handler(site):
    assert [(path, tag, name) for path, tag, attributes in elements(site)
            for name in attributes if name.startswith("on")] == []  # fmt: skip


def test_no_address_is_a_script(site):
    schemes = {
        urlsplit(value.strip()).scheme
        for _, _, attributes in elements(site)
        for name, value in attributes.items()
        if name in ("href", "src", "action", "formaction", "data")
    }
    assert schemes <= {"", "https", "http", "cursor", "vscode", "mailto"}


def test_everything_that_is_loaded_is_a_file_of_the_site(site):
    loaded = [(path, one[LOADS[tag]]) for path, tag, one in elements(site) if LOADS.get(tag) in one]
    loaded += [
        (path, attributes["href"])
        for path, tag, attributes in elements(site)
        if tag == "link" and set(attributes.get("rel", "").split()) & set(LINKS_THAT_LOAD)
    ]
    assert loaded
    assert [one for one in loaded if not (site.target(*one) or ("",))[0]] == []


def test_nothing_asks_for_unsafe_scripts(site):
    policies = {
        path: [one["content"] for tag, one in page.elements if one.get("http-equiv") == "Content-Security-Policy"]
        for path, page in site.pages.items()
        if path != "404.html"
    }
    assert {len(found) for found in policies.values()} == {1}
    assert not any("unsafe" in policy for (policy,) in policies.values())
    assert all("default-src 'none'" in policy for (policy,) in policies.values())
