import re

from hub_build.docs.rest import page


def test_every_document_that_the_page_refers_to_is_on_it():
    headings = {name.lower() for name in re.findall(r"^### (\w+)$", page(), re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", page())) <= headings


def test_the_page_tells_of_all_that_an_address_may_answer():
    (row,) = [line for line in page().splitlines() if "`GET /v0/servers/{id}`" in line]
    assert "200 OK: [ServerResponse](#serverresponse)" in row
    assert "404 Not Found: No server of that id" in row
