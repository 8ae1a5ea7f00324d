"""`badges/<id>.svg` for READMEs, and `badges/<id>.json` for shields.io, which draws it in other styles.

Badges of withdrawn servers stay: whoever shows one should see it.
"""

import functools
from xml.etree.ElementTree import Element

from hub_build.api import Badge
from hub_build.compile import Server
from hub_build.outputs.markup import element, xml_bytes
from hub_build.outputs.output import Files
from hub_launch.catalog import canonical_json
from hub_launch.catalog.entry import Status
from hub_launch.text import printable

LABEL = "mcp hub"
# A badge is a word or two; versions of 255 letters are allowed.
MAX_MESSAGE = 24

_COLOURS: dict[Status, str] = {"active": "#2c6e49", "deprecated": "#8a5a00", "withdrawn": "#9b1c1c"}

# Pixels: of 11-pixel Verdana a letter is about 7 wide; textLength makes it so in every font.
_LETTER, _MARGIN, _HEIGHT, _BASELINE = 7, 6, 20, 14


def of_server(server: Server) -> Files:
    """Two files. Those of many servers have the same words, and then the same bytes."""
    one = server.document
    message = _message(one.version, one.status)
    yield f"badges/{one.id}.svg", svg(message, _COLOURS[one.status])
    yield f"badges/{one.id}.json", _endpoint(message, _COLOURS[one.status])


def _message(version: str, status: Status) -> str:
    shown = version if len(version) <= MAX_MESSAGE else version[: MAX_MESSAGE - 1] + "…"
    return {"active": shown, "deprecated": f"{shown} deprecated", "withdrawn": "withdrawn"}[status]


@functools.lru_cache(maxsize=10_000)
def svg(message: str, colour: str) -> bytes:
    """The badge: the label, and `message` on `colour`."""
    message = printable(message)
    left, right = _width(LABEL), _width(message)
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", width=str(left + right), height=str(_HEIGHT), role="img")
    root.set("aria-label", f"{LABEL}: {message}")
    element(root, "title", f"{LABEL}: {message}")
    element(root, "rect", width=str(left), height=str(_HEIGHT), fill="#444")
    element(root, "rect", x=str(left), width=str(right), height=str(_HEIGHT), fill=colour)
    group = element(root, "g", fill="#fff")
    group.set("font-family", "Verdana,DejaVu Sans,sans-serif")
    group.set("font-size", "11")
    for start, width, text in ((0, left, LABEL), (left, right, message)):
        element(group, "text", text, x=str(start + _MARGIN), y=str(_BASELINE), textLength=str(width - 2 * _MARGIN))
    return xml_bytes(root)


@functools.lru_cache(maxsize=10_000)
def _endpoint(message: str, colour: str) -> bytes:
    badge = Badge(schema_version=1, label=LABEL, message=message, color=colour)
    return canonical_json(badge.model_dump(mode="json"))


def _width(text: str) -> int:
    return len(text) * _LETTER + 2 * _MARGIN
