"""The REST API's own page as somebody meets it; what the browser complains of fails the test, by `look`."""

import pytest

pytestmark = [pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def small(start):
    return start("time")


def test_a_route_is_tried_from_the_page(small, look):
    page = look(small, "docs")
    page.get_by_role("button", name="GET /v0/version").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table").get_by_text('"protocolVersions"').first.wait_for()


def test_every_route_of_the_description_is_shown(small, look):
    page = look(small, "docs")
    page.locator(".opblock").first.wait_for()
    document = page.evaluate("fetch('openapi.json').then(answer => answer.json())")
    operations = sum(len(methods) for methods in document["paths"].values())
    assert page.locator(".opblock").count() == operations
