"""The page of a server, as somebody uses it who wants to have the server."""

import base64
import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

pytestmark = [pytest.mark.xdist_group("site")]

COPY = "button[title='Copy to clipboard']"
CLIPBOARD = ["clipboard-read", "clipboard-write"]
RUNNERS = {"npm": "npx", "pypi": "uvx", "oci": "docker"}


def tabs(page):
    return page.locator(".hub-tabs > label").all_text_contents()


def panels(page):
    return page.locator(".hub-panel:visible")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_each_tab_shows_one_way_to_have_it(site, open_page, scripts):
    page = open_page(f"{site.url}/servers/filesystem/", java_script_enabled=scripts)
    assert tabs(page) == ["hub-launch", "Cursor", "VS Code", "Claude Code", "mcp.json"]
    for name in tabs(page):
        page.locator(".hub-tabs > label").get_by_text(name, exact=True).click()
        # Headings that only who listens gets.
        assert panels(page).locator("h3").all_text_contents() == [name]


def test_tabs_are_chosen_by_keyboard(site, open_page):
    page = open_page(f"{site.url}/servers/filesystem/")
    page.get_by_role("radio", name="hub-launch").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert panels(page).locator("h3").all_text_contents() == ["VS Code"]


def test_what_is_copied_is_what_is_shown(site, open_page):
    page = open_page(f"{site.url}/servers/filesystem/", permissions=CLIPBOARD)
    page.locator(COPY).first.wait_for()
    copied = 0
    for name in tabs(page):
        page.locator(".hub-tabs > label").get_by_text(name, exact=True).click()
        for block in panels(page).locator("pre").all():
            block.hover()
            block.locator("xpath=..").locator(COPY).click()
            page.get_by_text("Copied to clipboard").wait_for()
            assert page.evaluate("navigator.clipboard.readText()") == block.locator("code").inner_text().strip()
            copied += 1
    assert copied >= len(tabs(page))


# What the links to editors hold, of every server of the registry


def cursor(link):
    query = parse_qs(urlsplit(link).query)
    return query["name"][0], json.loads(base64.b64decode(query["config"][0]))


def vscode(link):
    config = json.loads(unquote(urlsplit(link).query))
    return config.pop("name"), config


def links_of(page):
    found = re.findall(r'href="([^"]*)" data-install="(\w+)"', page)
    return {name: link.replace("&amp;", "&") for link, name in found}


@pytest.mark.parametrize(("editor", "read"), [("cursor", cursor), ("vscode", vscode)])
def test_links_to_editors_hold_what_the_entry_says(site, editor, read):
    seen = set()
    for path in sorted((site.folder / "servers").glob("*/index.html")):
        links = links_of(path.read_text())
        if editor not in links:
            continue
        document = json.loads((site.folder / f"v0.1/servers/{path.parent.name}").read_text())["server"]
        name, config = read(links[editor])
        assert name == path.parent.name
        seen.add(checked(document, config))
    assert seen >= {"npm", "pypi", "remote"}


def checked(server, config):
    """The kind of server that is configured, after a look whether it is the entry's first way."""
    if "url" in config:
        assert config["url"].partition("{")[0] in [one["url"].partition("{")[0] for one in server["remotes"]]
        return "remote"
    kinds = {one["registryType"]: one for one in server.get("packages", ())}
    kind = next((one for one in kinds if RUNNERS.get(one) == config["command"]), "launcher")
    if kind == "launcher":
        # What no editor can start by itself.
        assert config["command"] == "hub-launch"
        return kind
    wanted, words = kinds[kind], " ".join(config["args"])
    # An image's digest says all, so that no tag stands beside it.
    assert re.sub(r":[^:/]+@", "@", wanted["identifier"]) in words
    assert kind == "oci" or wanted["version"] in words
    given = {one["name"] for one in wanted.get("environmentVariables", ()) if one.get("isRequired")}
    assert given <= config.get("env", {}).keys()
    if kind == "oci":
        # What the editor sets reaches the container by its name.
        assert config.get("env", {}).keys() <= set(config["args"])
    return kind
