"""What holds on every kind of page: nobody is kept out, nothing sticks out, colours follow their reader."""

import pytest

pytestmark = [pytest.mark.xdist_group("site")]

# One of each kind.
PAGES = (
    *("", "?find=git&category=git", "browse/f/", "servers/filesystem/", "servers/microsoft-learn/", "categories/"),
    *("categories/files/", "tags/", "publishers/", "statistics/", "changes/", "health/", "api/", "docs/", "docs/cli/"),
    "profiles/developer/",
    "404.html",
)
PHONE, WIDE = 360, 1280
WIDTH = "document.documentElement.scrollWidth"
SCHEME = "document.body.dataset.mdColorScheme"


def opened(open_page, site, path, **more):
    # A page that stands for any other has no icon of its own, and the browser asks for the usual one.
    page = open_page(f"{site.url}/{path}", expected=("404",) if path == "404.html" else (), **more)
    if path.startswith("?"):
        page.locator("#told").get_by_text(" of ").wait_for()
    return page


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_kept_from_using_a_page(site, open_page, axe, path):
    page = opened(open_page, site, path)
    assert axe(page) == []
    assert page.evaluate(WIDTH) <= WIDE
    # In the dark nothing else is different.
    page.emulate_media(color_scheme="dark")
    page.locator("body[data-md-color-scheme=slate], body:not([data-md-color-scheme])").wait_for()
    assert axe(page, "color-contrast", "link-in-text-block") == []
    page.set_viewport_size({"width": PHONE, "height": 740})
    assert page.evaluate(WIDTH) <= PHONE


def test_colours_are_those_of_the_system_until_the_reader_chooses(site, open_page):
    page = opened(open_page, site, "", scheme="dark")
    assert page.evaluate(SCHEME) == "slate"
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.locator("label[title*='Change to light']:visible").click()
    assert page.evaluate(SCHEME) == "default"
    assert page.evaluate(background) != dark
    # On other pages too, and before they are drawn.
    page.get_by_role("link", name="Statistics").click()
    page.wait_for_url("**/statistics/")
    assert page.evaluate(SCHEME) == "default"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "path", "height"),
    [("catalog", "", 900), ("server", "servers/filesystem/", 1_000), ("statistics", "statistics/", 900)],
)
def test_pictures(site, open_page, picture, name, path, height, scheme):
    page = opened(open_page, site, path, scheme=scheme, height=height)
    if not path:
        page.locator("#told").get_by_text("page 1 of").wait_for()
    picture(page, f"site-{name}" + ("-dark" if scheme == "dark" else ""))
