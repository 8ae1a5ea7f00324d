"""Wherever a reader clicks, there is something: every address on every page of the built site."""

from urllib.parse import urlsplit

import pytest

# The site is made once, for all that look at it.
pytestmark = pytest.mark.xdist_group("pages")


def test_every_internal_address_leads_to_a_file(site):
    dead = [
        f"{path}: {name}={address}"
        for path in site.pages
        for name, address in site.links(path)
        if site.target(path, address) == ("", urlsplit(address).fragment)
    ]
    assert dead == []


def test_every_part_of_a_page_that_is_named_is_there(site):
    dead = []
    for path in site.pages:
        for name, address in site.links(path):
            file, fragment = site.target(path, address) or ("", "")
            if fragment and file in site.pages and fragment not in site.pages[file].names:
                dead.append(f"{path}: {name}={address}")
    assert dead == []


def test_no_page_has_one_name_twice(site):
    twice = {
        path: sorted({name for name in page.names if page.names.count(name) > 1}) for path, page in site.pages.items()
    }
    assert {path: names for path, names in twice.items() if names} == {}


def test_every_page_can_be_reached_by_clicking(site):
    seen, next_ = set(), ["index.html"]
    while next_:
        path = next_.pop()
        seen.add(path)
        found = (site.target(path, address) for name, address in site.links(path) if name == "href")
        next_ += {one[0] for one in found if one and one[0] in site.pages and one[0] not in seen}
    assert sorted(site.pages.keys() - seen - {"404.html"}) == []


def test_addresses_are_relative_so_that_the_site_works_in_any_folder(site):
    assert [
        f"{path}: {address}"
        for path in site.pages
        if path != "404.html"
        for _, address in site.links(path)
        if address.startswith("/")
    ] == []


def test_a_link_that_leads_nowhere_would_be_found(site):
    assert site.target("servers/x/index.html", "../../nothing/") == ("", "")
    assert site.target("index.html", "../outside") == ("", "")
    assert site.target("servers/x/index.html", "../../v0.1/servers")[0] == "v0.1/servers/index.json"
    assert site.target("index.html", "https://example.com/") is None


def test_lists_of_several_pages_are_among_those_that_are_looked_at(hostile):
    assert {"profiles/index.html", "profiles/hostile/index.html", "profiles/more/index.html"} <= hostile.pages.keys()
    for folder in ("categories/files/", "tags/tag/", "publishers/@io.github.example/", "health/"):
        assert {f"{folder}index.html", f"{folder}page_2.html", f"{folder}page_3.html"} <= hostile.pages.keys()
