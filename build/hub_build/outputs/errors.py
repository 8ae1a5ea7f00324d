"""`404.json` and `404.html`: what hosts answer when there is nothing, to programs and to people."""

from xml.etree.ElementTree import Element

from hub_build.api import Problem
from hub_build.compile import Compiled
from hub_build.outputs.markup import element, html_bytes
from hub_build.outputs.output import Files
from hub_launch.catalog import canonical_json

NOT_FOUND = Problem(
    title="Not Found",
    status=404,
    detail="There is no such server, version or file in this registry; /search.json has every server.",
)


def fixed(compiled: Compiled) -> Files:
    """Both documents; of a site with pages, theirs is the one for people."""
    yield "404.json", canonical_json(NOT_FOUND.model_dump(mode="json"))
    if not compiled.pages:
        yield "404.html", html_bytes(_page(compiled.title))


def _page(title: str) -> Element:
    root = Element("html", lang="en")
    head = element(root, "head")
    element(head, "meta", charset="utf-8")
    element(head, "meta", name="viewport", content="width=device-width")
    element(head, "meta", name="robots", content="noindex")
    element(head, "title", f"Not found: {title}")
    main = element(element(root, "body"), "main")
    element(main, "h1", "Not found")
    element(main, "p", f"There is no such page in {title}.")
    # Absolute, since the page is shown in the place of any other.
    element(element(main, "p"), "a", "Start", href="/")
    return root
