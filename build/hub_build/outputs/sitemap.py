"""`sitemap.xml` (https://www.sitemaps.org/protocol.html), for sites that know their own address: it allows no other."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from hub_build.compile import Compiled, Document
from hub_build.links import address, page_of
from hub_build.outputs.markup import element, xml_bytes
from hub_build.outputs.output import Files

# The protocol's limit for one file.
MAX_ADDRESSES = 50_000

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def whole(compiled: Compiled, rows: Sequence[bytes] = ()) -> Files:
    """One file; beyond the protocol's limit several, and one that names them. None without the site's address."""
    if not compiled.base_url:
        return
    live = [one for one in compiled.documents if one.status != "withdrawn"]
    parts = [live[start : start + MAX_ADDRESSES] for start in range(0, len(live), MAX_ADDRESSES)]
    if len(parts) <= 1:
        yield "sitemap.xml", _addresses(live, compiled)
        return
    root = Element("sitemapindex", xmlns=_NAMESPACE)
    for number, part in enumerate(parts, 1):
        path = f"sitemaps/{number}.xml"
        yield path, _addresses(part, compiled)
        element(element(root, "sitemap"), "loc", address(compiled, path))
    yield "sitemap.xml", xml_bytes(root)


def _addresses(documents: Sequence[Document], compiled: Compiled) -> bytes:
    root = Element("urlset", xmlns=_NAMESPACE)
    for document in documents:
        node = element(root, "url")
        element(node, "loc", page_of(compiled, document.id))
        element(node, "lastmod", document.published)
    return xml_bytes(root)
