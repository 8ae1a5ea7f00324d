"""The status page as somebody meets it: in a real browser, by mouse and by keyboard, in light and in dark."""

import json
import re
from pathlib import Path

import pytest

from hub_launch.run.state import State

pytestmark = [pytest.mark.xdist_group("browser")]


def server(page, name):
    return page.locator("#servers li").filter(has=page.get_by_text(name, exact=True))


def called(page):
    """What the tool that echoes was called with."""
    page.get_by_role("button", name="Call", exact=True).click()
    page.locator(".verdict").wait_for()
    return json.loads(page.locator(".answer pre").first.text_content())


# What is seen


def test_the_overview_shows_each_server_with_its_state_and_what_to_do(hub, look):
    page = look(hub)
    page.get_by_role("heading", name="One server needs attention").wait_for()
    assert page.locator("#servers .name").all_text_contents() == [
        *("everything", "filesystem", "git", "time", "form", "broken")
    ]
    assert re.search(r"ready\s*2 tools", server(page, "time").inner_text())
    trouble = page.locator(".troubles li")
    assert "failed" in trouble.inner_text()
    assert "CALENDAR_TOKEN is not set" in trouble.inner_text()
    assert "broken.log" in trouble.locator(".hint").inner_text()
    assert page.locator(".address code").inner_text() == f"{hub.url}/mcp"
    page.get_by_text("three tools that search and call the others").wait_for()
    assert page.locator("#live").inner_text().strip() == "live"


def test_a_tool_is_found_by_words_and_called(hub, look):
    page = look(hub)
    page.get_by_label("Find a tool").fill("current time")
    page.locator(".hits").get_by_role("link", name="get_current_time").click()
    page.get_by_label("timezone").fill("Europe/Paris")
    page.get_by_role("button", name="Call", exact=True).click()
    assert page.locator(".verdict").inner_text().startswith("Answered in ")
    assert '"timezone": "Europe/Paris"' in page.locator(".answer pre").first.inner_text()
    # The numbers and the log follow by themselves.
    page.locator(".figures.small").get_by_text(re.compile(r"\d ms")).first.wait_for()
    page.get_by_role("link", name="Log").click()
    page.get_by_role("log").get_by_text("call of get_current_time").wait_for()
    assert page.title() == "time - MCP hub"


def test_a_server_is_stopped_and_started_again(start, look):
    running = start("git")
    page = look(running, "#/git")
    page.get_by_role("button", name="Stop").click()
    server(page, "git").get_by_text("stopped").wait_for()
    assert running.supervisor.servers["git"].status.state is State.STOPPED
    assert page.locator(".why .hint code").inner_text() == "hub-launch restart git"
    assert page.locator(".why .hint").inner_text().endswith("hub-launch restart git starts it")
    page.get_by_role("button", name="Start").click()
    server(page, "git").get_by_text("ready").wait_for()
    page.get_by_role("button", name="Restart").wait_for()


def test_a_hub_that_ends_and_a_server_that_is_not_there_are_said(start, look):
    running = start("time")
    page = look(running, "#/nobody", expected=("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE", "ERR_CONNECTION_RESET"))
    page.get_by_text("No server of that name is part of this hub.").wait_for()
    running.end()
    page.get_by_text("not connected").wait_for()


def test_with_a_token_the_page_asks_for_it(with_token, look):
    page = look(with_token, expected=("401",))
    page.locator("input[type=password]").fill("a-token-of-this-test")
    page.get_by_role("button").click()
    page.get_by_role("heading", name="The server is ready").wait_for()
    page.context.clear_cookies()
    # What is asked for next is refused, and the hub asks again.
    page.get_by_label("Find a tool").fill("time")
    page.locator("input[type=password]").wait_for()


# The form


def test_every_kind_of_argument_arrives_as_what_it_is(hub, look):
    page = look(hub, "#/form/tools/every_kind")
    page.get_by_label("name", exact=True).fill("a “name” & more")
    page.get_by_label("note_text").fill("two\nlines")
    page.get_by_label("size").fill("7")
    page.get_by_label("ratio").fill("0.5")
    page.get_by_label("mode").select_option("slow")
    page.get_by_label("level").select_option("2")
    tags, edits, where = (page.get_by_role("group", name=re.compile(name)) for name in ("tags", "edits", "where"))
    for text in ("one", "two", "three"):
        tags.get_by_role("button", name="Add one").click()
        tags.get_by_role("textbox").last.fill(text)
    tags.get_by_role("button", name="Remove item 2").click()
    edits.get_by_role("button", name="Add one").click()
    edits.get_by_label("line").fill("3")
    where.get_by_label("street").fill("Main")
    page.get_by_label("extra").fill('{"any": [1, null]}')
    page.get_by_label("either").fill('"text"')
    assert called(page) == {
        "name": "a “name” & more",
        "note_text": "two\nlines",
        "size": 7,
        "ratio": 0.5,
        "dry": False,
        "mode": "slow",
        "level": 2,
        "tags": ["one", "three"],
        "edits": [{"line": 3}],
        "where": {"street": "Main"},
        "extra": {"any": [1, None]},
        "either": "text",
    }


def test_what_is_wrong_is_said_where_it_is(hub, look):
    page = look(hub, "#/form/tools/every_kind")
    call = page.get_by_role("button", name="Call", exact=True)

    def told(words, label):
        call.click()
        page.get_by_role("alert").filter(has_text=words).wait_for()
        field = page.get_by_label(label, exact=True)
        assert field.get_attribute("aria-invalid") == "true"
        assert field.evaluate("field => field === document.activeElement")

    told("name is needed.", "name")
    page.get_by_label("name", exact=True).fill("x")
    whole = "a whole number"
    for text, words in (("many", whole), ("1.5", whole), ("10", "At most 9"), ("0", "At least 1")):
        page.get_by_label("size").fill(text)
        told(words, "size")
    page.get_by_label("size").fill("")
    page.get_by_label("extra").fill("{")
    told("This is not JSON", "extra")
    assert page.locator(".answer").inner_text() == ""
    # A list that is needed may be empty, but what is in it may not.
    page.get_by_label("extra").fill("")
    page.get_by_role("group", name=re.compile("edits")).get_by_role("button", name="Add one").click()
    told("line is needed.", "line")
    page.get_by_role("button", name="Remove item 1").click()
    assert called(page) == {"name": "x", "dry": False, "edits": []}


def test_arguments_can_be_written_as_json(hub, look):
    page = look(hub, "#/form/tools/every_kind")
    page.get_by_label("name", exact=True).fill("x")
    page.get_by_label("ratio").fill("2")
    page.get_by_role("group", name=re.compile("edits")).get_by_role("button", name="Add one").click()
    page.get_by_role("group", name=re.compile("edits")).get_by_label("line").fill("1")
    page.get_by_role("button", name="Write JSON").click()
    json_field = page.get_by_label("Arguments as JSON")
    assert json.loads(json_field.input_value()) == {"name": "x", "ratio": 2, "dry": False, "edits": [{"line": 1}]}
    json_field.fill('{"other": [true]}')
    assert called(page) == {"other": [True]}
    json_field.fill("[1]")
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("alert").filter(has_text="have to be an object").wait_for()


def test_answers_of_each_kind(hub, look):
    page = look(hub, "#/form/tools/picture")
    page.get_by_role("button", name="Call", exact=True).click()
    picture = page.get_by_alt_text("Picture that the tool answered with")
    picture.wait_for()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1


def test_a_tool_that_fails_and_one_that_does_not_answer(hub, look):
    page = look(hub, "#/form/tools/fails", expected=("424",))
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_text("The tool says that it failed").wait_for()
    assert page.locator(".answer pre").first.inner_text() == "no such thing"
    page.goto(f"{hub.url}/#/form/tools/never")
    page.get_by_role("heading", name="never").wait_for()
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("button", name="Give up").click()
    page.get_by_text("It was given up.").wait_for()


def test_what_servers_say_is_never_html(hub, look):
    page = look(hub, "#/form/tools/html")
    page.locator(".description").get_by_text("onerror").wait_for()
    page.get_by_role("button", name="Call", exact=True).click()
    page.locator(".answer pre").first.get_by_text("onerror").wait_for()
    assert page.locator("main img, main script").count() == 0
    assert "owned" not in page.title()


# Without a mouse, and without looking


def test_everything_is_reached_by_keyboard(hub, look):
    page = look(hub)
    page.get_by_role("heading", level=1).wait_for()

    def focused():
        return page.evaluate("document.activeElement.textContent.trim()")

    def tab_to(words):
        for _ in range(60):
            page.keyboard.press("Tab")
            if focused().startswith(words):
                return
        raise AssertionError(f"{words} cannot be reached")

    page.keyboard.press("Tab")
    assert focused() == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    tab_to("time")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Time").wait_for()
    page.get_by_role("link", name="get_current_time").wait_for()
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to("get_current_time")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="get_current_time").wait_for()
    page.wait_for_function("document.activeElement.id === 'tool-name'")
    page.keyboard.press("Tab")
    page.keyboard.type("UTC")
    page.keyboard.press("Enter")
    page.locator(".verdict").get_by_text("Answered in").wait_for()


PLACES = ("#/", "#/broken", "#/filesystem", "#/form/tools/every_kind", "#/time/log", "#/everything/about")


def open_place(page, place):
    """Go there as a link does, and wait until what it shows is known."""
    page.evaluate("place => { location.hash = place; }", place)
    page.wait_for_function("location.hash.length < 3 || document.querySelector('.server h1')")
    page.get_by_text(re.compile("^Reading (what|the log)")).wait_for(state="detached")


@pytest.fixture(scope="module")
def axe(npm_program):
    """The accessibility checker that browsers' own tools are made with."""
    return Path(npm_program("axe-core@4.14.1", "axe.min.js")[1]).read_text()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_nothing(hub, look, axe, scheme, width):
    page = look(hub, scheme=scheme, width=width)
    page.get_by_role("heading", level=1).wait_for()
    page.evaluate(axe)
    for place in PLACES:
        open_place(page, place)
        if place.endswith("every_kind"):
            page.get_by_role("button", name="Call", exact=True).click()
            page.get_by_role("alert").filter(has_text="needed").wait_for()
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(place, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_a_phone_needs_no_scrolling_sideways(hub, look):
    page = look(hub, width=320, height=640)
    for place in PLACES:
        open_place(page, place)
        assert (place, page.evaluate("document.documentElement.scrollWidth")) == (place, 320)


# Pictures for the documentation


@pytest.mark.parametrize(
    ("name", "place", "scheme", "width", "height"),
    [
        ("status-overview", "#/", "light", 1280, 800),
        ("status-overview-dark", "#/", "dark", 1280, 800),
        ("status-tool", "#/time/tools/get_current_time", "light", 1280, 980),
        ("status-phone", "#/time/tools/get_current_time", "dark", 390, 800),
    ],
)
def test_pictures(usual_hub, look, picture, name, place, scheme, width, height):
    page = look(usual_hub, place, width=width, height=height, scheme=scheme)
    page.get_by_role("heading", level=1).wait_for()
    if "tools" in place:
        page.get_by_label("timezone").fill("Europe/Paris")
        page.get_by_role("button", name="Call", exact=True).click()
        page.locator(".verdict").wait_for()
        # The numbers follow a moment later.
        server(page, "time").get_by_text(" ms").wait_for(state="attached")
        page.evaluate("scrollTo(0, 0)")
    picture(page, name)
