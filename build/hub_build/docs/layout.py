"""Where the rooms of a house stand in a picture: a layer is a row, and lines go around what is between their ends.

The usual way of drawing layers (Sugiyama, Tagawa, Toda, 1981): a line has a place in every row that it passes, rows
are ordered by the middle of their neighbours, a few times up and down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from hub_build.docs.imports import Edge, House

# Pixels.
LETTER, PADDING, GAP, BEND = 7.4, 26, 22, 10
ROW_HEIGHT, BOX_HEIGHT = 66, 32
# More sweeps change nothing in a house of this size.
SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A room in the picture; x is its middle."""

    name: str
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A picture of a house: boxes, and for each line the points that it passes."""

    boxes: tuple[Box, ...]
    lines: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float


def plan_of(house: House) -> Plan:
    """Where everything stands."""
    rows = [list(layer) for layer in house.layers]
    ways = {edge: _way(edge, rows) for edge in sorted(house.edges)}
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        for number in range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1):
            _order(rows[number], rows[number - 1 if downwards else number + 1], ways)
    width = max(_width(row) for row in rows)
    boxes = {box.name: box for number, row in enumerate(rows) for box in _placed(row, number, width)}
    lines = tuple(tuple(_points(way, boxes)) for way in ways.values())
    rooms = [box for name, box in boxes.items() if not _is_bend(name)]
    return Plan(tuple(rooms), lines, width, len(rows) * ROW_HEIGHT)


def _way(edge: Edge, rows: list[list[str]]) -> list[str]:
    """The names of the places that a line passes; those between its ends are added to the rows."""
    first, last = (next(n for n, row in enumerate(rows) if name in row) for name in edge)
    between = [f"{edge[0]}>{edge[1]}>{number}" for number in range(first + 1, last)]
    for number, name in enumerate(between, first + 1):
        rows[number].append(name)
    return [edge[0], *between, edge[1]]


def _order(row: list[str], fixed: list[str], ways: Mapping[Edge, list[str]]) -> None:
    places = {name: (number + 0.5) / len(fixed) for number, name in enumerate(fixed)}
    near: dict[str, list[float]] = {name: [] for name in row}
    for way in ways.values():
        for one, other in (*pairwise(way), *pairwise(reversed(way))):
            if one in near and other in places:
                near[one].append(places[other])
    old = {name: (number + 0.5) / len(row) for number, name in enumerate(row)}
    row.sort(key=lambda name: fmean(near[name]) if near[name] else old[name])


def _placed(row: list[str], number: int, width: float) -> list[Box]:
    """The row's boxes, with the room that is left shared out between them."""
    spare = (width - _width(row)) / (len(row) + 1)
    x, placed = spare, []
    for name in row:
        mine = _box_width(name)
        placed.append(Box(name, x + mine / 2, number * ROW_HEIGHT + ROW_HEIGHT / 2, mine))
        x += mine + GAP + spare
    return placed


def _points(way: list[str], boxes: Mapping[str, Box]) -> list[tuple[float, float]]:
    start, end = boxes[way[0]], boxes[way[-1]]
    # Lines leave and arrive on the side that they come from.
    leaving = _towards(start, boxes[way[1]].x)
    arriving = _towards(end, boxes[way[-2]].x)
    half = BOX_HEIGHT / 2
    between = [(boxes[name].x, boxes[name].y) for name in way[1:-1]]
    return [(leaving, start.y + half), *between, (arriving, end.y - half)]


def _towards(box: Box, x: float) -> float:
    room = box.width / 2 - 12
    return box.x + max(-room, min(room, (x - box.x) * 0.25))


def _width(row: list[str]) -> float:
    return sum(map(_box_width, row)) + GAP * (len(row) - 1)


def _box_width(name: str) -> float:
    return BEND if _is_bend(name) else len(name) * LETTER + PADDING


def _is_bend(name: str) -> bool:
    return ">" in name
