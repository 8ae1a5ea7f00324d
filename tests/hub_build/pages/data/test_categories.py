from typing import get_args

import pytest

from hub_build.pages.data import categories
from hub_build.pages.data.groups import CATEGORY_WORDS
from hub_build.pages.data.paging import PAGE_SIZE
from hub_launch.catalog.entry import Category


@pytest.mark.parametrize("category", get_args(Category))
def test_every_category_of_the_contract_says_what_is_found_in_it(category):
    assert CATEGORY_WORDS[category]


def test_every_category_has_a_page(registry, views):
    registry.add()
    assert {f"categories/{category}/index.html" for category in get_args(Category)} < views(categories).keys()


def test_a_server_is_in_each_of_its_categories(registry, views):
    registry.add("weather", categories=["data", "web"])
    made = views(categories)
    found = {path for path, view in made.items() if "slice" in dir(view.model) and view.model.slice.items}
    assert found == {"categories/data/index.html", "categories/web/index.html"}


def test_servers_are_sorted_by_title_whatever_their_letters(registry, views):
    for id_, title in (("one", "zebra"), ("two", "Ant"), ("three", "bee")):
        registry.add(id_, title=title)
    items = views(categories)["categories/data/index.html"].model.slice.items
    assert [one.title for one in items] == ["Ant", "bee", "zebra"]


def test_a_withdrawn_server_is_in_no_category(registry, views):
    registry.add("weather")
    registry.add("bad", status="withdrawn")
    assert [one.id for one in views(categories)["categories/data/index.html"].model.slice.items] == ["weather"]


def test_a_big_category_has_pages_that_stay_small(registry, views, pages):
    for number in range(PAGE_SIZE + 1):
        registry.add(f"server-{number}", description="d" * 100, title="t" * 100)
    made = pages(categories)
    assert 'href="page_2.html"' in made["categories/data/index.html"]
    assert 'aria-current="page">2</a>' in made["categories/data/page_2.html"]
    assert all(len(text.encode()) < 60_000 for text in made.values())


def test_an_empty_category_says_so(registry, pages):
    registry.add()
    assert "no server in this category yet" in pages(categories)["categories/git/index.html"]
