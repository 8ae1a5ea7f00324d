"""Somebody who has this site and nothing else wants a server that reads PDF files, in Cursor."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

pytestmark = [pytest.mark.xdist_group("site")]

MOST_CLICKS = 3


def test_a_server_for_pdf_files_is_found_understood_and_had_in_three_clicks(site, open_page):
    page = open_page(site.url)
    clicks = []

    def click(locator):
        clicks.append(locator)
        locator.click()

    page.get_by_label("Find a server").fill("a server that reads PDF files")
    found = page.locator("#servers li").filter(has_text="PDF").first
    found.wait_for()
    click(found.get_by_role("link"))
    page.wait_for_url("**/servers/*/")
    id_ = page.url.rstrip("/").rpartition("/")[2]
    # What it would run, and what it may do, is there without another click.
    command = page.locator("section[aria-labelledby=runs] pre").first
    assert command.is_visible()
    package = json.loads((site.folder / f"v0.1/servers/{id_}").read_text())["server"]["packages"][0]
    assert package["identifier"] in command.inner_text()
    assert page.get_by_role("heading", name="What it may do").is_visible()
    click(page.locator(".hub-tabs > label").get_by_text("Cursor", exact=True))
    button = page.get_by_role("link", name="Add to Cursor")
    assert button.is_visible()
    # There is no Cursor here that would open it: what it would be told is looked at.
    link = button.get_attribute("href")
    page.evaluate("document.addEventListener('click', (event) => event.preventDefault())")
    click(button)
    assert link.startswith("cursor://anysphere.cursor-deeplink/mcp/install?")
    config = json.loads(base64.b64decode(parse_qs(urlsplit(link).query)["config"][0]))
    assert package["identifier"] in " ".join(config["args"])
    assert len(clicks) <= MOST_CLICKS
