from itertools import chain

import pytest

from hub_build.pages.data.paging import PAGE_SIZE, slices


@pytest.mark.parametrize("count", [0, 1, PAGE_SIZE, PAGE_SIZE + 1, 7 * PAGE_SIZE])
def test_nothing_is_lost_between_pages(count):
    items = list(range(count))
    parts = list(slices(items))
    assert list(chain.from_iterable(part.items for part in parts)) == items
    assert {part.pages for part in parts} == {len(parts)}


def test_an_empty_list_has_one_page():
    assert [(part.number, part.items) for part in slices([])] == [(1, [])]


def test_pages_say_where_they_are_in_the_list():
    first, second = slices(range(PAGE_SIZE + 20))
    assert (first.first, first.last, second.first, second.last) == (1, PAGE_SIZE, PAGE_SIZE + 1, PAGE_SIZE + 20)
    assert (first.file, second.file) == ("index.html", "page_2.html")
    assert (first.titled("Files"), second.titled("Files")) == ("Files", "Files, page 2")


def test_the_first_page_the_last_and_the_neighbours_are_offered():
    parts = list(slices(range(9 * PAGE_SIZE)))
    assert [page and page[0] for page in parts[4].offered] == [1, None, 4, 5, 6, None, 9]
    assert [page and page[0] for page in parts[0].offered] == [1, 2, None, 9]
    assert parts[0].offered[1] == (2, "page_2.html")
