"""XML, SVG and HTML whose every text is a stranger's: made as trees, and escaped by the standard library."""

from xml.etree import ElementTree

from hub_launch.text import printable

Element = ElementTree.Element


def element(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A new last child of `parent`. Characters that XML cannot have are shown as escapes."""
    child = ElementTree.SubElement(parent, tag, {name: printable(value) for name, value in attributes.items()})
    child.text = printable(text) if text else None
    return child


def xml_bytes(root: Element) -> bytes:
    """The document with this root, in UTF-8."""
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def html_bytes(root: Element) -> bytes:
    """The page with this root, in UTF-8."""
    data: bytes = ElementTree.tostring(root, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + data
