"""The catalog as somebody meets it who looks for a server among ten thousand."""

import json
import re

import pytest

pytestmark = [pytest.mark.xdist_group("site")]

TITLES = "#servers h3 a"


def titles(page):
    return page.locator(TITLES).all_text_contents()


def told(page, words):
    """Waits until the page says that it found that."""
    page.locator("#told").get_by_text(re.compile(words)).wait_for()


def found(page):
    """How many servers there are, of what was looked for."""
    return int(page.locator("#told").inner_text().split()[0].replace(",", ""))


def box(page, label):
    """The line of a filter; its number changes."""
    return page.locator(".cat-filters label").filter(has=page.get_by_text(label, exact=True))


def count(page, label):
    """How many servers there would be with that filter."""
    return int(box(page, label).locator("[data-count]").inner_text().replace(",", ""))


@pytest.fixture
def catalog(open_page, many):
    """Opens the catalog and waits until it can be searched."""

    def visit(query="", **more):
        page = open_page(f"{many.url}/{query}", **more)
        page.locator(".cat-count").get_by_text(re.compile(r"\d")).first.wait_for(state="attached")
        return page

    return visit


def find(page, words):
    page.get_by_label("Find a server").fill(words)
    told(page, " of 10,000 servers")


def test_servers_are_found_while_one_types_and_in_spite_of_slips(catalog):
    page = catalog()
    find(page, "read pdf")
    assert titles(page)[0] == "Read Pdf Files"
    page.get_by_label("Find a server").fill("mrege postgers")
    page.locator(TITLES).get_by_text("Merge Postgres Tables", exact=True).wait_for()
    page.get_by_label("Find a server").fill("xylophonist")
    page.get_by_text("No server has all of that.").wait_for()
    assert titles(page) == []
    page.get_by_label("Find a server").fill("")
    told(page, "^10,000 servers")
    assert not page.get_by_text("No server has all of that.").is_visible()


def test_what_is_chosen_narrows_the_list_says_so_and_is_taken_back(catalog):
    page = catalog()
    databases = count(page, "Databases")
    box(page, "Databases").check()
    told(page, f"^{databases:,} of")
    # Another category would add to it.
    web, needed = count(page, "Web"), count(page, "Needed")
    assert web > needed > 0
    box(page, "Needed").check()
    told(page, f"^{needed:,} of")
    assert set(page.locator(".cat-told li:nth-last-child(2)").all_text_contents()) == {"needs credentials"}
    page.get_by_role("button", name="Remove the filter Databases").click()
    page.wait_for_url(lambda url: "category" not in url)
    assert not box(page, "Databases").is_checked()
    page.get_by_role("button", name="Clear all").click()
    told(page, "^10,000 servers")


def test_lists_are_sorted_as_one_likes(catalog):
    page = catalog("?find=proteins&where=local")
    told(page, " of 10,000 servers")
    first = page.locator("#servers > li").first
    page.get_by_label("Sort").select_option("name")
    first.get_by_text("Check Proteins", exact=True).wait_for()
    assert titles(page) == sorted(titles(page), key=str.lower)
    page.get_by_label("Sort").select_option("changed")
    first.get_by_text(re.compile("2026-12-")).wait_for()
    page.get_by_label("Sort").select_option("start")
    first.get_by_text("starts in 0.2 s").wait_for()


# Addresses


def test_a_list_can_be_sent_to_somebody_else(catalog):
    mine = catalog()
    find(mine, "notes")
    box(mine, "Web").check()
    mine.get_by_label("Sort").select_option("name")
    mine.wait_for_url(lambda url: "sort=name" in url)
    theirs = catalog(mine.url.rpartition("/")[2])
    told(theirs, re.escape(mine.locator("#told").inner_text()))
    assert titles(theirs) == titles(mine)
    assert theirs.get_by_label("Find a server").input_value() == "notes"
    assert box(theirs, "Web").is_checked()
    assert theirs.get_by_label("Sort").input_value() == "name"


def test_the_back_button_takes_back_one_choice_after_another(catalog):
    page = catalog()
    page.get_by_label("Find a server").press_sequentially("notes")
    told(page, "of 10,000")
    notes = found(page)
    box(page, "Web").check()
    page.wait_for_url("**category=web")
    page.get_by_label("Page 2").click()
    told(page, "page 2")
    second = titles(page)
    page.locator(TITLES).first.click()
    page.wait_for_url("**/servers/**")
    page.go_back()
    told(page, "page 2")
    assert titles(page) == second
    page.go_back()
    told(page, "page 1")
    page.go_back()
    told(page, f"^{notes} of")
    assert not box(page, "Web").is_checked()
    # A word is one step, however many letters it has.
    page.go_back()
    told(page, "^10,000 servers")
    assert page.get_by_label("Find a server").input_value() == ""
    page.go_forward()
    told(page, f"^{notes} of")


# The keyboard


def test_a_server_is_found_and_opened_without_a_mouse(catalog):
    page = catalog()
    page.keyboard.press("/")
    page.keyboard.type("read notes")
    told(page, "of 10,000")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == titles(page)[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/servers/read-notes/")


# Without the search


def test_without_scripts_there_is_the_same_list_and_all_of_it_by_letter(catalog, open_page, many):
    plain = open_page(many.url, java_script_enabled=False)
    assert not plain.get_by_label("Find a server").is_visible()
    page = catalog()
    rows = "#servers > li"
    assert plain.locator(rows).all_inner_texts() == page.locator(rows).all_inner_texts()
    tones = "els => els.map((one) => one.dataset.tone)"
    tiles = page.locator("#servers .hub-tile").evaluate_all(tones)
    assert re.findall(r'data-tone="(\d)"', (many.folder / "index.html").read_text()) == tiles
    plain.get_by_role("navigation", name="All servers by letter").get_by_role("link", name="W", exact=True).click()
    plain.get_by_role("link", name="2", exact=True).click()
    assert plain.locator("ol.cat-lines > li").count() == 100


def test_every_server_is_on_a_page_of_its_letter(many):
    pages = (many.folder / "browse").rglob("*.html")
    listed = [id_ for page in pages for id_ in re.findall(r'href="[./]*servers/([^/]+)/"', page.read_text())]
    rows = json.loads((many.folder / "search.json").read_text())["servers"]
    assert sorted(listed) == sorted(row[0] for row in rows)


def test_a_search_that_cannot_be_loaded_leaves_the_list(open_page, many):
    def missing(page):
        page.route("**/search.json", lambda route: route.fulfill(status=404))

    page = open_page(many.url, before=missing, expected=("404",))
    page.get_by_text("The search could not be loaded").wait_for()
    assert len(titles(page)) == 30


def test_what_publishers_write_is_text(open_page, many):
    document = json.loads((many.folder / "search.json").read_text())
    row = dict(zip(document["fields"], document["servers"][0], strict=True))
    row |= {"id": "hostile", "title": "<img src=x onerror=alert(1)>\u202etxt.exe", "description": "W" * 10_000}
    document["servers"] = [list(row.values())]

    def answer(page):
        page.route("**/search.json", lambda route: route.fulfill(json=document))

    page = open_page(many.url, before=answer, width=360)
    told(page, "^1 server")
    assert titles(page) == ["<img src=x onerror=alert(1)>\\u202etxt.exe"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
