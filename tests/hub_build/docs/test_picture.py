import re
from itertools import pairwise

import pytest

from hub_build.docs import picture
from hub_build.docs.imports import ROOT, House, house
from hub_build.docs.layout import BOX_HEIGHT, plan_of
from hub_build.docs.pages import DOCS

HOUSES = ["hub_build", "hub_launch"]
FOLDERS = {"hub_build": "build", "hub_launch": "launcher"}


@pytest.mark.parametrize("package", HOUSES)
def test_every_arrow_goes_down(package):
    plan = plan_of(house(package))
    assert plan.lines
    for line in plan.lines:
        assert all(above < below for (_, above), (_, below) in pairwise(line))


@pytest.mark.parametrize("package", HOUSES)
def test_no_room_covers_another(package):
    boxes = plan_of(house(package)).boxes
    for one in boxes:
        for other in boxes:
            apart = abs(one.x - other.x) >= (one.width + other.width) / 2
            assert one is other or apart or abs(one.y - other.y) >= BOX_HEIGHT, (one.name, other.name)


def test_rooms_are_those_whose_directions_are_proven():
    layers = house("hub_launch").layers
    assert ("cli",) in layers[:2]
    assert "addresses, errors, files" in layers[-1][0]
    assert ("hub", "run") in house("hub_launch").edges


def test_what_follows_from_other_imports_is_not_drawn():
    assert ("cli", "catalog") not in house("hub_launch").edges


def test_a_line_past_a_row_goes_around_what_stands_there():
    plan = plan_of(House("any", (("a",), ("b",), ("c",)), frozenset([("a", "b"), ("a", "c")])))
    (middle,) = [box for box in plan.boxes if box.name == "b"]
    long = next(line for line in plan.lines if len(line) == 3)
    assert abs(long[1][0] - middle.x) > middle.width / 2


@pytest.mark.parametrize("package", HOUSES)
def test_every_room_of_the_picture_is_explained_below_it(package):
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    folders = [room for layer in house(package).layers for room in layer if ", " not in room]
    rooms = [room for room in folders if (ROOT / FOLDERS[package] / package / room).is_dir()]
    assert [room for room in rooms if f"| `{package}.{room}` |" not in page] == []


def test_the_two_pictures_differ_in_colours_alone():
    def plain(text: str) -> str:
        return re.sub(r"#[0-9a-f]{6}", "", text)

    assert picture.light() != picture.dark()
    assert plain(picture.light()) == plain(picture.dark())
