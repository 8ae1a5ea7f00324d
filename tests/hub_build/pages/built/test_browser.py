"""The pages of data, and pages full of hostile text, in a real browser."""

import pytest

from hub_build.write import write_site

# The site is made once, for all that look at it.
pytestmark = pytest.mark.xdist_group("pages")

PHONE, WIDE = 360, 1280

DATA = (
    "categories/",
    "categories/files/",
    "tags/",
    "tags/tag/",
    "publishers/",
    "publishers/@io.github.example/",
    "profiles/",
    "profiles/hostile/",
    "statistics/",
    "health/",
    "changes/",
    "api/",
)
LONG = ("servers/bare/", f"servers/id-{'w' * 61}/", "servers/gone/", "servers/old/")


@pytest.fixture(scope="session")
def shown(hostile, served, tmp_path_factory):
    """The hostile site behind a web server."""
    folder = tmp_path_factory.mktemp("hostile") / "site"
    write_site(folder, hostile.files)
    return served(folder)


def sideways(page):
    """How many pixels of the page are beside the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_hostile_text_is_never_run_and_breaks_no_page(shown, hostile, open_page):
    page, wide = open_page(f"{shown.url}/", width=PHONE), {}
    servers = [f"servers/hostile-{number}/" for number in range(len(hostile.texts))]
    for path in ("", *DATA, *LONG, *servers):
        page.goto(f"{shown.url}/{path}")
        # What is folded in may be wide too.
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for width in (WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": 800})
            wide[path, width] = sideways(page)
        assert page.evaluate("window.hacked") is None, path
    assert {place: pixels for place, pixels in wide.items() if pixels} == {}


def test_pages_of_data_are_for_everybody(shown, open_page, axe):
    page = open_page(f"{shown.url}/")
    for path in DATA:
        page.goto(f"{shown.url}/{path}")
        assert (path, axe(page)) == (path, [])


def test_colours_can_be_read_in_the_dark_too(shown, open_page, axe):
    page = open_page(f"{shown.url}/statistics/", scheme="dark", width=PHONE)
    for path in ("statistics/", "health/", "publishers/@io.github.example/"):
        page.goto(f"{shown.url}/{path}")
        assert axe(page, "color-contrast") == []


def test_bars_are_as_long_as_their_numbers_say(shown, open_page):
    page = open_page(f"{shown.url}/statistics/")
    plot = page.locator("figure", has_text="Ways to start").first
    tracks = plot.locator(".hub-plot__track").evaluate_all("(all) => all.map((one) => one.getBBox().width)")
    lengths = plot.locator(".hub-plot__bar").evaluate_all("(all) => all.map((one) => one.getBBox().width)")
    numbers = [int(text) for text in plot.locator(".hub-plot__number").all_text_contents()]
    assert lengths == pytest.approx(
        [width * number / max(numbers) for width, number in zip(tracks, numbers, strict=True)], abs=1
    )


def test_numbers_of_a_plot_are_a_table_for_whoever_opens_it(shown, open_page):
    page = open_page(f"{shown.url}/statistics/")
    plot = page.locator("figure", has_text="Ways to start").first
    plot.get_by_text("Numbers").click()
    assert plot.get_by_role("row", name="npm").is_visible()


def test_an_address_is_fetched_where_one_reads_about_it(shown, open_page):
    page = open_page(f"{shown.url}/api/")
    one = page.locator("details", has_text="/v0.1/ping").first
    one.locator("summary").click()
    one.get_by_role("button", name="Fetch").click()
    one.get_by_text("200 OK · application/json").wait_for()
    assert one.locator("[aria-live] code").text_content() == '{\n  "pong": true\n}'
    assert page.url == f"{shown.url}/api/"


def test_what_cannot_be_fetched_is_said(shown, open_page):
    page = open_page(f"{shown.url}/api/", expected=("ERR_FAILED",))
    page.route("**/v0.1/ping", lambda route: route.abort())
    one = page.locator("details", has_text="/v0.1/ping").first
    one.locator("summary").click()
    one.get_by_role("button", name="Fetch").click()
    one.get_by_text("It cannot be fetched").wait_for()


def test_without_scripts_an_address_is_a_link(shown, open_page):
    # The browser looks for an icon of the answer.
    page = open_page(f"{shown.url}/api/", java_script_enabled=False, expected=("404",))
    one = page.locator("details", has_text="/v0.1/ping").first
    one.locator("summary").click()
    assert one.get_by_role("button").count() == 0
    one.get_by_role("link", name="v0.1/ping").click()
    assert '"pong":true' in page.content()


def test_each_command_is_copied_by_its_own_button(shown, open_page):
    page = open_page(f"{shown.url}/api/", permissions=["clipboard-read", "clipboard-write"])
    for path in ("/v0.1/ping", "/v0.1/version"):
        one = page.locator("details", has_text=path).first
        one.locator("summary").click()
        one.get_by_role("button", name="Copy").click()
        page.wait_for_function("(path) => navigator.clipboard.readText().then((text) => text.endsWith(path))", arg=path)


def test_from_a_category_to_a_server_and_its_publisher(shown, open_page):
    page = open_page(f"{shown.url}/categories/")
    page.get_by_role("link", name="Data", exact=True).click()
    assert page.locator(".hub-sections [aria-current]").text_content() == "Categories"
    page.locator(".hub-servers a[href$='servers/old/']").click()
    page.get_by_role("link", name="io.github.example/old").click()
    assert page.get_by_role("heading", level=1).text_content() == "io.github.example"
