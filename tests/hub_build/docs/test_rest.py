import re

from hub_build.docs.rest import page


def test_every_document_that_the_page_refers_to_is_on_it():
    headings = {name.lower() for name in re.findall(r"^### (\w+)$", page(), re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", page())) <= headings


def test_the_page_tells_what_may_be_asked_and_all_that_a_route_may_answer():
    section = page().split("### GET /v0/servers/{id}/logs\n")[1].split("\n### ")[0]
    assert "- `?lines=`: " in section
    assert "- **200**: [Log](#log)" in section
    assert "- **404**: No server of that id" in section
