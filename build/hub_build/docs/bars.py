"""Bars as SVG inside of a page: classes and no styles, which the site's policy forbids; the theme has the colours."""

from xml.etree import ElementTree

from hub_build.measured.markdown import number
from hub_build.measured.model import Column, Row, Table
from hub_build.outputs.markup import Element, element

# Pixels, as the site's own plots have them (site_src/templates/_plots.html).
LINE, TEXT, TRACK, HEIGHT = 34, 13, 19, 6

_WANTED = {"less": "less is better", "more": "more is better", None: ""}


def drawn(table: Table, column: Column, id_: str) -> str:
    """A figure with a bar for each row that has the number. id_: of its title, which nothing else in the page has."""
    values = [(row, row.numbers[column.key].median) for row in rows_of(table, column)]
    most = max((value for _, value in values), default=0.0) or 1.0
    figure = Element("figure", {"class": "hub-plot"})
    unit = f"{column.unit}, " if column.unit else ""
    element(figure, "figcaption", f"{table.title}: {column.title} ({unit}{_WANTED[column.better]})", id=id_)
    svg = element(figure, "svg", width="100%", height=str(LINE * len(values)), role="img")
    svg.set("class", "hub-plot__drawing")
    svg.set("aria-labelledby", id_)
    for place, (row, value) in enumerate(values):
        _bar(svg, place * LINE, row.name, number(value), 100 * value / most, ours=row.kind == "ours")
    return ElementTree.tostring(figure, encoding="unicode")


def rows_of(table: Table, column: Column) -> list[Row]:
    """The rows that are drawn: hubs are compared with each other, and only what has no peer with what stands beside."""
    rows = [row for row in table.rows if column.key in row.numbers]
    has_peers = any(row.kind == "peer" for row in rows)
    return [row for row in rows if row.kind != "reference" or not has_peers]


def _bar(svg: Element, top: int, name: str, value: str, percent: float, *, ours: bool) -> None:
    element(svg, "text", name, x="0", y=str(top + TEXT))
    told = element(svg, "text", value, x="100%", y=str(top + TEXT))
    told.set("class", "hub-plot__number")
    told.set("text-anchor", "end")
    place = {"x": "0", "y": str(top + TRACK), "height": str(HEIGHT), "rx": "3"}
    element(svg, "rect", width="100%", **place).set("class", "hub-plot__track")
    kind = "hub-plot__bar" if ours else "hub-plot__bar hub-plot__bar--other"
    element(svg, "rect", width=f"{percent:.1f}%", **place).set("class", kind)
