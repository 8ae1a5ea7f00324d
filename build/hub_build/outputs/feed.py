"""`feed.xml`: an Atom feed (RFC 4287) of new servers and new versions, the newest first. No clock: days are stated."""

import uuid
from collections.abc import Sequence
from operator import attrgetter
from xml.etree.ElementTree import Element

from hub_build.compile import Compiled, Document
from hub_build.links import address, moment, page_of
from hub_build.outputs.markup import element, xml_bytes
from hub_build.outputs.output import Files

# What a reader who looks in once a week has missed; a feed grows with what is in it and not with the registry.
MAX_ENTRIES = 100

# An empty feed has a day too.
_BEGINNING = "1970-01-01"


def whole(compiled: Compiled, rows: Sequence[bytes] = ()) -> Files:
    """The feed."""
    newest = newest_documents(compiled)
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    element(feed, "id", _urn(f"feed {compiled.base_url}"))
    element(feed, "title", compiled.title)
    element(feed, "updated", moment(newest[0].published if newest else _BEGINNING))
    element(element(feed, "author"), "name", compiled.title)
    element(feed, "link", rel="self", type="application/atom+xml", href=address(compiled, "feed.xml"))
    for document in newest:
        _add(feed, document, compiled)
    yield "feed.xml", xml_bytes(feed)


def newest_documents(compiled: Compiled) -> list[Document]:
    """The versions that the feed tells of. What was withdrawn or yanked is no news to start."""
    standing = [one for one in compiled.all_documents if one.standing.status != "deleted"]
    standing.sort(key=attrgetter("id", "version"))
    standing.sort(key=attrgetter("published"), reverse=True)
    return standing[:MAX_ENTRIES]


def entry_id(document: Document) -> str:
    """The same for one version of a server for ever, wherever the site is."""
    return _urn(f"{document.name} {document.version}")


def _add(feed: Element, document: Document, compiled: Compiled) -> None:
    node = element(feed, "entry")
    element(node, "id", entry_id(document))
    element(node, "title", f"{document.title} {document.version}")
    element(node, "updated", moment(document.published))
    element(node, "summary", document.description)
    type_ = "text/html" if compiled.pages else "application/json"
    element(node, "link", rel="alternate", type=type_, href=page_of(compiled, document.id))
    for category in document.categories:
        element(node, "category", term=category)


def _urn(text: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, text).urn
