"""The picture of the architecture: rooms as layers, imports as arrows that go down. Drawn from the import graph.

Twice, since a picture in a page does not know whether its reader has chosen light or dark.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from hub_build.docs.imports import House, house
from hub_build.docs.layout import BOX_HEIGHT, Box, Plan, plan_of
from hub_build.outputs.markup import element, xml_bytes


@dataclass(frozen=True, slots=True)
class Colours:
    """Of one of the two pictures; text and lines have a contrast of 4.5 and 3 to what is behind them."""

    text: str
    box: str
    edge: str
    line: str
    panel: str


LIGHT = Colours(text="#1c232b", box="#ffffff", edge="#5a6878", line="#6b7888", panel="#eef1f4")
DARK = Colours(text="#e8ebef", box="#2d333d", edge="#9aa7b5", line="#8f9cab", panel="#1b1f26")

MARGIN, TITLE, BETWEEN = 20, 34, 74
TITLES = {"hub_build": "hub_build: the compiler", "hub_launch": "hub_launch: the launcher"}
LINK = "the contract, the checks, the errors; smoke tests start servers by the launcher's own code"


def light() -> str:
    """The picture for a light page, as SVG."""
    return _drawn(LIGHT)


def dark() -> str:
    """The same for a dark page."""
    return _drawn(DARK)


def _drawn(colours: Colours) -> str:
    houses = [house("hub_build"), house("hub_launch")]
    plans = [plan_of(one) for one in houses]
    width = max(plan.width for plan in plans) + 4 * MARGIN
    height = sum(plan.height + TITLE + MARGIN for plan in plans) + BETWEEN + 2 * MARGIN
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:.0f} {height:.0f}", role="img")
    root.set("font-family", "system-ui,sans-serif")
    root.set("font-size", "13")
    element(root, "title", "Rooms of the compiler and the launcher; arrows lead from a room to those that it imports")
    _arrow_head(root, colours)
    top = float(MARGIN)
    for one, plan in zip(houses, plans, strict=True):
        below = _panel(root, one, plan, colours, top, width)
        if one is houses[0]:
            _line(root, [(width / 2, below), (width / 2, below + BETWEEN)], colours, "2.5")
            _words(root, LINK, width / 2, below + BETWEEN / 2 + 4, colours)
        top = below + BETWEEN
    return xml_bytes(root).decode() + "\n"


def _panel(root: Element, one: House, plan: Plan, colours: Colours, top: float, width: float) -> float:
    """One house; returns where it ends."""
    height = plan.height + TITLE + MARGIN
    element(root, "rect", **_box(MARGIN, top, width - 2 * MARGIN, height), rx="8", fill=colours.panel)
    title = element(root, "text", TITLES[one.package], x=f"{2 * MARGIN}", y=f"{top + 24:.1f}", fill=colours.text)
    title.set("font-weight", "bold")
    left, shift = (width - plan.width) / 2, top + TITLE
    for points in plan.lines:
        _line(root, [(x + left, y + shift) for x, y in points], colours)
    for box in plan.boxes:
        _room(root, box, left, shift, colours)
    return top + height


def _room(root: Element, box: Box, left: float, shift: float, colours: Colours) -> None:
    place = _box(box.x - box.width / 2 + left, box.y - BOX_HEIGHT / 2 + shift, box.width, BOX_HEIGHT)
    element(root, "rect", **place, rx="5", fill=colours.box, stroke=colours.edge)
    element(
        root,
        "text",
        box.name,
        x=f"{box.x + left:.1f}",
        y=f"{box.y + shift + 4.5:.1f}",
        fill=colours.text,
        **{"text-anchor": "middle"},
    )


def _words(root: Element, text: str, x: float, y: float, colours: Colours) -> None:
    """Text beside the middle, on a ground of its own, since the page may be of any colour."""
    wide = len(text) * 6.4
    element(root, "rect", **_box(x - wide / 2, y - 15, wide, 22), rx="4", fill=colours.panel)
    words = element(root, "text", text, x=f"{x:.1f}", y=f"{y:.1f}", fill=colours.text)
    words.set("text-anchor", "middle")
    words.set("font-size", "12")


def _line(root: Element, points: list[tuple[float, float]], colours: Colours, width: str = "1.2") -> None:
    line = element(root, "path", d=" ".join(_curve(points)), fill="none", stroke=colours.line)
    line.set("stroke-width", width)
    line.set("marker-end", "url(#head)")


def _curve(points: list[tuple[float, float]]) -> Iterator[str]:
    """Through every point, straight down at each."""
    (x, y), *rest = points
    yield f"M{x:.1f} {y:.1f}"
    for to_x, to_y in rest:
        middle = (y + to_y) / 2
        yield f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y


def _arrow_head(root: Element, colours: Colours) -> None:
    marker = element(
        root,
        "marker",
        id="head",
        viewBox="0 0 8 8",
        refX="7",
        refY="4",
        markerWidth="7",
        markerHeight="7",
        orient="auto",
        markerUnits="userSpaceOnUse",
    )
    element(marker, "path", d="M0 0 8 4 0 8Z", fill=colours.line)


def _box(x: float, y: float, width: float, height: float) -> dict[str, str]:
    return {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}
